/** The mapping as a TOML file, for the command line (docs/loading.md). */

/** @typedef {import("./draft.js").Draft} Draft */

/**
 * The mapping file with the command that uses it.
 * @param {Draft} draft
 * @param {string} fileName of the delivery
 */
export function mappingFile(draft, fileName) {
    const { columns, codes = {}, constants, ignore, ...reading } = draft.mapping;
    const name = mappingName(draft);
    const day = draft.day ? ` --valid-from ${word(draft.day)}` : "";
    const lines = [
        comment(`flurwerk load ${draft.layer} ${word(fileName)} --source ${word(draft.source.trim() || "NAME")} --mapping ${word(name)}${day}`),
        ...entries(reading),
        ...(ignore ? [`ignore = [${ignore.map(text).join(", ")}]`] : []),
        ...table("columns", columns),
        ...Object.entries(codes).flatMap(([target, values]) => table(`codes.${target}`, values)),
        ...(constants ? table("constants", constants) : []),
    ];
    return `${lines.join("\n")}\n`;
}

/**
 * The file's name, after source and layer.
 * @param {Draft} draft
 */
export const mappingName = ({ source, layer }) => `${[source.trim(), layer].filter(Boolean).join("-").replace(/[^\p{L}\p{N}_.-]+/gu, "-")}.toml`;

/**
 * Offer the mapping file for download.
 * @param {Draft} draft
 * @param {string} fileName
 */
export function download(draft, fileName) {
    const url = URL.createObjectURL(new Blob([mappingFile(draft, fileName)], { type: "application/toml" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = mappingName(draft);
    link.click();
    URL.revokeObjectURL(url);
}

/**
 * @param {string} name
 * @param {Record<string, any>} content
 */
const table = (name, content) => ["", `[${name}]`, ...entries(content)];

/** @param {Record<string, any>} content */
const entries = (content) => Object.entries(content).map(([key, value]) => `${bare(key)} = ${typeof value === "number" ? value : text(value)}`);

/** @param {string} key */
const bare = (key) => (/^[A-Za-z0-9_-]+$/.test(key) ? key : text(key));

// TOML's basic strings escape what JSON's do, and this character besides.
/** @param {string} value */
const text = (value) => JSON.stringify(value).replaceAll("\u007f", "\\u007f");

/** @param {string} value */
const comment = (value) => `# ${value.replace(/[\u0000-\u001f\u007f]/g, " ")}`;

/** A word of a shell's command. @param {string} value */
const word = (value) => (/^[\p{L}\p{N}_.,:/-]+$/u.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);
