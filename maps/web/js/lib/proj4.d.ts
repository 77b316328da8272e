/** Longitude and latitude to easting and northing of a system in PROJ.4's notation, and back. */
export const proj4: (definition: string) => {
    forward(place: [number, number]): [number, number];
    inverse(place: [number, number]): [number, number];
};
