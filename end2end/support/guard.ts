import type { BrowserContext, ConsoleMessage } from "@playwright/test";

/** What of the browser's console fails a test. A panic of the script and a broken policy arrive as errors. */
const TELLING = new Set(["error", "warning", "assert"]);

/** Watches browsers: whatever their console complains about fails the test. */
export class Guard {
  private readonly seen: string[] = [];
  private readonly allowed: RegExp[] = [];

  /** Watches every page of a browser, those opened later too. */
  watch(context: BrowserContext): void {
    context.on("console", (message) => this.note(message));
    context.on("weberror", (error) => this.seen.push(`page error: ${error.error().message}`));
  }

  /** What this one test provokes on purpose, such as a page that answers 404. */
  allow(...expected: RegExp[]): void {
    this.allowed.push(...expected);
  }

  /** A page that answers with this status on purpose: browsers complain about it. */
  allowStatus(status: number): void {
    this.allow(new RegExp(`the server responded with a status of ${status} `));
  }

  /** What was complained about beyond what was expected. */
  complaints(): string[] {
    return this.seen.filter((text) => !this.allowed.some((pattern) => pattern.test(text)));
  }

  private note(message: ConsoleMessage): void {
    if (TELLING.has(message.type())) {
      this.seen.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    }
  }
}
