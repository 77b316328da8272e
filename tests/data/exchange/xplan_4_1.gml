<?xml version="1.0" encoding="UTF-8"?>
<!-- Invented; modelled on XPlanung 4.1: a plan of three commercial areas, a draft above it, and a residential area. -->
<xplan:XPlanAuszug xmlns:xplan="http://www.xplanung.de/xplangml/4/1" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink" gml:id="GML_a6da71df-ad35-4c4e-a020-f078788f6e52">
  <gml:boundedBy>
    <gml:Envelope srsName="EPSG:25832">
      <gml:lowerCorner>395000.000 5705000.000</gml:lowerCorner>
      <gml:upperCorner>396000.000 5705100.000</gml:upperCorner>
    </gml:Envelope>
  </gml:boundedBy>
  <gml:featureMember>
    <xplan:BP_Plan gml:id="GML_36fde9a3-9821-417d-bd55-4a8ca8233ade">
      <xplan:name>Hö 252</xplan:name>
      <xplan:nummer>252</xplan:nummer>
      <xplan:raeumlicherGeltungsbereich><gml:Polygon gml:id="GML_a0866c6c-8cf4-48f7-b715-e341bdf844df" srsName="EPSG:25832"><gml:exterior><gml:LinearRing><gml:posList>395000.000 5705000.000 396000.000 5705000.000 396000.000 5705100.000 395000.000 5705100.000 395000.000 5705000.000</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></xplan:raeumlicherGeltungsbereich>
      <xplan:gemeinde>
        <xplan:XP_Gemeinde>
          <xplan:ags>05913000</xplan:ags>
          <xplan:gemeindeName>Musterstadt</xplan:gemeindeName>
        </xplan:XP_Gemeinde>
      </xplan:gemeinde>
      <xplan:planArt>1000</xplan:planArt>
      <xplan:rechtsstand>4000</xplan:rechtsstand>
      <xplan:bereich xlink:href="#GML_2fc5c97d-1ecc-4c86-a390-bd71da612db2"/>
    </xplan:BP_Plan>
  </gml:featureMember>
  <gml:featureMember>
    <xplan:BP_Bereich gml:id="GML_2fc5c97d-1ecc-4c86-a390-bd71da612db2">
      <xplan:nummer>0</xplan:nummer>
      <xplan:gehoertZuPlan xlink:href="#GML_36fde9a3-9821-417d-bd55-4a8ca8233ade"/>
    </xplan:BP_Bereich>
  </gml:featureMember>
  <gml:featureMember>
    <xplan:BP_BaugebietsTeilFlaeche gml:id="GML_309d2086-4f27-4b09-bf64-106ec08fde76">
      <xplan:rechtscharakter>1000</xplan:rechtscharakter>
      <xplan:gehoertZuBP_Bereich xlink:href="#GML_2fc5c97d-1ecc-4c86-a390-bd71da612db2"/>
      <xplan:position><gml:Polygon gml:id="GML_6fa4e752-ed37-42d8-bf6e-99e156e3145f" srsName="EPSG:25832">
          <gml:exterior>
            <gml:Ring>
              <gml:curveMember>
                <gml:Curve gml:id="GML_939a1eb4-80da-4db2-a363-a326ede45871">
                  <gml:segments>
                    <gml:LineStringSegment><gml:posList>395000.000 5705100.000 395000.000 5705000.000 395100.000 5705000.000</gml:posList></gml:LineStringSegment>
                    <gml:Arc><gml:posList>395100.000 5705000.000 395150.000 5705050.000 395100.000 5705100.000</gml:posList></gml:Arc>
                    <gml:LineStringSegment><gml:posList>395100.000 5705100.000 395000.000 5705100.000</gml:posList></gml:LineStringSegment>
                  </gml:segments>
                </gml:Curve>
              </gml:curveMember>
            </gml:Ring>
          </gml:exterior>
        </gml:Polygon></xplan:position>
      <xplan:flaechenschluss>true</xplan:flaechenschluss>
      <xplan:GFZ>2.4</xplan:GFZ>
      <xplan:GRZ>0.8</xplan:GRZ>
      <xplan:allgArtDerBaulNutzung>3000</xplan:allgArtDerBaulNutzung>
      <xplan:besondereArtDerBaulNutzung>1700</xplan:besondereArtDerBaulNutzung>
    </xplan:BP_BaugebietsTeilFlaeche>
  </gml:featureMember>
  <gml:featureMember>
    <xplan:BP_BaugebietsTeilFlaeche gml:id="GML_e196e019-7194-4852-ba90-0456e08e4f73">
      <xplan:rechtscharakter>1000</xplan:rechtscharakter>
      <xplan:gehoertZuBP_Bereich xlink:href="#GML_2fc5c97d-1ecc-4c86-a390-bd71da612db2"/>
      <xplan:position><gml:Polygon gml:id="GML_ba7b62dc-fe03-4a20-8efe-99e7d4f5b76a" srsName="EPSG:25832"><gml:exterior><gml:LinearRing><gml:posList>395200.000 5705000.000 395255.000 5705000.000 395255.000 5705100.000 395200.000 5705100.000 395200.000 5705000.000</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></xplan:position>
      <xplan:flaechenschluss>true</xplan:flaechenschluss>
      <xplan:GFZ>1.6</xplan:GFZ>
      <xplan:GRZ>0.8</xplan:GRZ>
      <xplan:allgArtDerBaulNutzung>3000</xplan:allgArtDerBaulNutzung>
      <xplan:besondereArtDerBaulNutzung>1700</xplan:besondereArtDerBaulNutzung>
      <xplan:abweichungBauNVO>1000</xplan:abweichungBauNVO>
    </xplan:BP_BaugebietsTeilFlaeche>
  </gml:featureMember>
  <gml:featureMember>
    <xplan:BP_BaugebietsTeilFlaeche gml:id="GML_f85a7287-f83b-48a8-b21d-85c1731fc794">
      <xplan:rechtscharakter>1000</xplan:rechtscharakter>
      <xplan:gehoertZuBP_Bereich xlink:href="#GML_2fc5c97d-1ecc-4c86-a390-bd71da612db2"/>
      <xplan:position><gml:Polygon gml:id="GML_1f09204b-a93a-41e3-9b7a-de2fa986a393" srsName="EPSG:25832"><gml:exterior><gml:LinearRing><gml:posList>395255.000 5705000.000 395300.000 5705000.000 395300.000 5705100.000 395255.000 5705100.000 395255.000 5705000.000</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></xplan:position>
      <xplan:flaechenschluss>true</xplan:flaechenschluss>
      <xplan:GRZ>0.8</xplan:GRZ>
      <xplan:allgArtDerBaulNutzung>3000</xplan:allgArtDerBaulNutzung>
      <xplan:besondereArtDerBaulNutzung>1700</xplan:besondereArtDerBaulNutzung>
      <xplan:abweichungBauNVO>1000</xplan:abweichungBauNVO>
    </xplan:BP_BaugebietsTeilFlaeche>
  </gml:featureMember>
  <gml:featureMember>
    <xplan:BP_BaugebietsTeilFlaeche gml:id="GML_1917d730-c88e-40f6-bd76-487c7aeaf586">
      <xplan:rechtscharakter>1000</xplan:rechtscharakter>
      <xplan:gehoertZuBP_Bereich xlink:href="#GML_2fc5c97d-1ecc-4c86-a390-bd71da612db2"/>
      <xplan:position><gml:Polygon gml:id="GML_adef292b-ccf8-4839-b320-f15ad2164f00" srsName="EPSG:25832"><gml:exterior><gml:LinearRing><gml:posList>395400.000 5705000.000 395500.000 5705000.000 395500.000 5705100.000 395400.000 5705100.000 395400.000 5705000.000</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></xplan:position>
      <xplan:flaechenschluss>true</xplan:flaechenschluss>
      <xplan:GRZ>0.6</xplan:GRZ>
      <xplan:allgArtDerBaulNutzung>3000</xplan:allgArtDerBaulNutzung>
      <xplan:besondereArtDerBaulNutzung>1800</xplan:besondereArtDerBaulNutzung>
    </xplan:BP_BaugebietsTeilFlaeche>
  </gml:featureMember>
  <gml:featureMember>
    <xplan:BP_BaugebietsTeilFlaeche gml:id="GML_87b81007-0b7c-4396-9026-8360ea392429">
      <xplan:rechtscharakter>1000</xplan:rechtscharakter>
      <xplan:gehoertZuBP_Bereich xlink:href="#GML_2fc5c97d-1ecc-4c86-a390-bd71da612db2"/>
      <xplan:position><gml:Polygon gml:id="GML_6e75f2b6-7fc2-4e62-83a3-5785ea665e47" srsName="EPSG:25832"><gml:exterior><gml:LinearRing><gml:posList>395600.000 5705000.000 395700.000 5705000.000 395700.000 5705100.000 395600.000 5705100.000 395600.000 5705000.000</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></xplan:position>
      <xplan:flaechenschluss>true</xplan:flaechenschluss>
      <xplan:GRZ>0.4</xplan:GRZ>
      <xplan:allgArtDerBaulNutzung>1000</xplan:allgArtDerBaulNutzung>
      <xplan:besondereArtDerBaulNutzung>1200</xplan:besondereArtDerBaulNutzung>
    </xplan:BP_BaugebietsTeilFlaeche>
  </gml:featureMember>
  <gml:featureMember>
    <xplan:BP_Plan gml:id="GML_2965ab3a-da94-4302-b32e-3e47ec59a545">
      <xplan:name>Hö 300 (Entwurf)</xplan:name>
      <xplan:nummer>300</xplan:nummer>
      <xplan:raeumlicherGeltungsbereich><gml:Polygon gml:id="GML_6d11ee77-befb-45cd-bd3f-84fa7b92c4c7" srsName="EPSG:25832"><gml:exterior><gml:LinearRing><gml:posList>395000.000 5705000.000 396000.000 5705000.000 396000.000 5705100.000 395000.000 5705100.000 395000.000 5705000.000</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></xplan:raeumlicherGeltungsbereich>
      <xplan:gemeinde>
        <xplan:XP_Gemeinde>
          <xplan:ags>05913000</xplan:ags>
          <xplan:gemeindeName>Musterstadt</xplan:gemeindeName>
        </xplan:XP_Gemeinde>
      </xplan:gemeinde>
      <xplan:planArt>1000</xplan:planArt>
      <xplan:rechtsstand>2000</xplan:rechtsstand>
      <xplan:bereich xlink:href="#GML_bb5d17bd-3f94-4347-ad40-9c92b1159ca1"/>
    </xplan:BP_Plan>
  </gml:featureMember>
  <gml:featureMember>
    <xplan:BP_Bereich gml:id="GML_bb5d17bd-3f94-4347-ad40-9c92b1159ca1">
      <xplan:nummer>0</xplan:nummer>
      <xplan:gehoertZuPlan xlink:href="#GML_2965ab3a-da94-4302-b32e-3e47ec59a545"/>
    </xplan:BP_Bereich>
  </gml:featureMember>
  <gml:featureMember>
    <xplan:BP_BaugebietsTeilFlaeche gml:id="GML_7743ce34-8d92-44d6-b7a1-85f33295b922">
      <xplan:rechtscharakter>1000</xplan:rechtscharakter>
      <xplan:gehoertZuBP_Bereich xlink:href="#GML_bb5d17bd-3f94-4347-ad40-9c92b1159ca1"/>
      <xplan:position><gml:Polygon gml:id="GML_78de9da8-693c-47fe-8c44-0bc4a30b20f7" srsName="EPSG:25832"><gml:exterior><gml:LinearRing><gml:posList>395400.000 5705000.000 395500.000 5705000.000 395500.000 5705100.000 395400.000 5705100.000 395400.000 5705000.000</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></xplan:position>
      <xplan:flaechenschluss>true</xplan:flaechenschluss>
      <xplan:GRZ>0.3</xplan:GRZ>
      <xplan:allgArtDerBaulNutzung>2000</xplan:allgArtDerBaulNutzung>
      <xplan:besondereArtDerBaulNutzung>1500</xplan:besondereArtDerBaulNutzung>
    </xplan:BP_BaugebietsTeilFlaeche>
  </gml:featureMember>
</xplan:XPlanAuszug>
