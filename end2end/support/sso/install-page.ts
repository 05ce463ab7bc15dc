import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

const page = resolve(import.meta.dirname, "../../../server/README.md");

/** What stands on the page for administrators, and what a test has in its place. Longer texts come first. */
export type Values = [example: string, value: string][];

/**
 * The one block of that language in a section of `server/README.md`, with a test's own values in place of the examples.
 * The tests run what administrators copy: a line that does not work there fails here.
 */
export async function blockOfInstallPage(section: string, language: string, values: Values): Promise<string> {
  const text = await readFile(page, "utf8");
  const sections = text.split(/^## /m).filter((part) => part.startsWith(`${section}\n`));
  const blocks = sections.flatMap((part) => [...part.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))]);
  const block = blocks[0]?.[1];
  if (block === undefined || blocks.length > 1) {
    throw new Error(`${page} has ${blocks.length} blocks of ${language} under "${section}", not one`);
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
