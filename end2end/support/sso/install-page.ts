import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

const page = resolve(import.meta.dirname, "../../../server/README.md");

/** The section whose lines the tests run. */
const SECTION = "Behind Apache with mod_auth_openidc";

/** What stands on the page for administrators, and what a test has in its place. Longer texts come first. */
export type Values = [example: string, value: string][];

/**
 * The one block of that language in the section of `server/README.md`, with a test's own values in place of the examples.
 * The tests run what administrators copy: a line that does not work there fails here.
 */
export async function blockOfInstallPage(language: string, values: Values): Promise<string> {
  const text = await readFile(page, "utf8");
  const sections = text.split(/^## /m).filter((part) => part.startsWith(`${SECTION}\n`));
  const blocks = sections.flatMap((part) => [...part.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))]);
  const block = blocks[0]?.[1];
  if (block === undefined || blocks.length > 1) {
    throw new Error(`${page} has ${blocks.length} blocks of ${language} under "${SECTION}", not one`);
  }
  return fillIn(block, values);
}

/** Puts values in place of the examples; an example that is gone, or one that is left, is an error. */
function fillIn(block: string, values: Values): string {
  let filled = block;
  for (const [example, value] of values) {
    if (!filled.includes(example)) {
      throw new Error(`the block says nothing of ${example}`);
    }
    filled = filled.replaceAll(example, value);
  }
  const left = filled.split("\n").find((line) => /\bexample\b/.test(line));
  if (left !== undefined) {
    throw new Error(`no value for: ${left}`);
  }
  return filled;
}

/** The settings that the page for administrators gives, as environment variables. */
export async function settingsOfInstallPage(origin: string, issuer: string): Promise<Record<string, string>> {
  const toml = await blockOfInstallPage("toml", [
    ["https://drydock.example.com", origin],
    ["https://idp.example.com", issuer],
    ["https%3A%2F%2Fdrydock.example.com", encodeURIComponent(origin)],
    ["https%3A%2F%2Fidp.example.com", encodeURIComponent(issuer)],
  ]);
  return environmentOf(toml);
}

/** TOML as plain as the page's: sections, texts and lists of texts. `listen` is each server's own. */
function environmentOf(toml: string): Record<string, string> {
  const settings: Record<string, string> = {};
  let prefix = "DRYDOCK_";
  for (const line of toml.split("\n").filter((text) => text.trim() !== "" && !text.startsWith("#"))) {
    const section = /^\[(\w+)\]$/.exec(line)?.[1];
    const [, key, value] = /^(\w+) = (.+)$/.exec(line) ?? [];
    if (section !== undefined) {
      prefix = `DRYDOCK_${section.toUpperCase()}__`;
    } else if (key !== undefined && value !== undefined) {
      const texts = [JSON.parse(value) as string | string[]].flat();
      settings[prefix + key.toUpperCase()] = texts.join(",");
    } else {
      throw new Error(`no setting: ${line}`);
    }
  }
  delete settings["DRYDOCK_LISTEN"];
  return settings;
}
