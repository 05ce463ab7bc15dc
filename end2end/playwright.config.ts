import { defineConfig, type Project } from "@playwright/test";

/** As root a browser has no sandbox; everybody else keeps it. */
const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

const journeys: Project[] = [
  { name: "hydrated", testIgnore: "pictures.spec.ts", grepInvert: /@server/ },
  { name: "no-script", testIgnore: "pictures.spec.ts", grepInvert: /@script/, use: { javaScriptEnabled: false } },
];

/** Taken by hand: `PICTURES=folder npx playwright test --project=pictures`. */
const pictures: Project = { name: "pictures", testMatch: "pictures.spec.ts" };

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 4,
  retries: 0,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: "line",
  projects: process.env["PICTURES"] === undefined ? journeys : [pictures],
  use: {
    // Not the server's zone: a time that the browser formats anew would differ.
    timezoneId: "America/New_York",
    locale: "en-GB",
    contextOptions: { reducedMotion: "reduce" },
    viewport: { width: 1280, height: 720 },
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    screenshot: "only-on-failure",
    trace: "off",
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        ...sandbox,
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
