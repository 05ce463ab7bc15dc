import { expect, type Locator, type Page } from "@playwright/test";

import type { Access } from "../cloud";
import { Person } from "../person";
import type { Account } from "./identity-provider";

/** Somebody in front of a browser who signs in at the organisation's identity provider. */
export class SsoPerson extends Person {
  constructor(
    page: Page,
    /** Who they are at the identity provider. */
    readonly who: Account,
    /** What they may enter in the cloud. */
    access: Access,
    /** Where the gate is. */
    readonly gateOrigin: string,
    hasScript: boolean,
  ) {
    super(page, access, gateOrigin, hasScript);
  }

  /** The same browser, now in front of somebody else. */
  makeRoomFor(who: Account, access: Access = this.access): SsoPerson {
    return new SsoPerson(this.page, who, access, this.gateOrigin, this.hasScript);
  }

  /** The identity provider's own form. */
  providerForm(): Locator {
    return this.heading("Identity provider");
  }

  /** Types user name and password at the identity provider. */
  async signInAtProvider(): Promise<void> {
    await expect(this.providerForm()).toBeVisible();
    await this.page.getByLabel("User name").fill(this.who.user);
    await this.page.getByLabel("Password").fill(this.who.password);
    await this.button("Sign in").click();
  }

  /** Opens an address, signs in at the identity provider and comes back. */
  async comeIn(path: string): Promise<void> {
    await this.page.goto(this.gateOrigin + path);
    await this.signInAtProvider();
    await this.page.waitForURL((url) => url.origin === this.gateOrigin);
    await this.untilReady();
  }

  /** Comes in and is at the desktops, without a password of the cloud. */
  async enter(path = "/"): Promise<void> {
    await this.comeIn(path);
    await this.arriveAtDesktops();
  }

  /** Loads the page again by the button or link that says so. */
  async loadAgain(): Promise<void> {
    const name = "Load the page again";
    await this.button(name).or(this.link(name)).click();
    await this.page.waitForURL((url) => url.origin === this.gateOrigin);
    await this.untilReady();
  }

  /** Presses what signs in to the cloud with what the single sign-on says, where that did not happen by itself. */
  async continueAsThemselves(): Promise<void> {
    await this.button(`Continue as ${this.who.name}`).click();
  }

  /** Is at the desktops, without a password of the cloud and without pressing anything. */
  async arriveAtDesktops(): Promise<void> {
    await this.untilAt(/\/desktops$/);
    await expect(this.heading("Desktops")).toBeVisible();
  }

  /** Follows the link that gets a new ID token, and comes back. */
  async renewAtProvider(): Promise<void> {
    await this.link("Sign in at the single sign-on again").click();
    await this.untilAt(/\/desktops$/);
  }

  /** Presses Sign out in the banner. */
  async pressSignOut(): Promise<void> {
    await this.page.getByRole("banner").locator("summary").filter({ hasText: this.who.name }).click();
    await this.button("Sign out").click();
  }

  /** Says yes where the identity provider asks whether to sign out there too. */
  async signOutAtProvider(): Promise<void> {
    await expect(this.heading("Sign out of the identity provider")).toBeVisible();
    await this.button("Sign out everywhere").click();
  }

  /** Signs out at the single sign-on alone: the dashboard is told nothing. */
  async leaveSsoOnly(): Promise<void> {
    const back = encodeURIComponent(`${this.gateOrigin}/`);
    await this.page.goto(`${this.gateOrigin}/oauth2callback?logout=${back}`);
    await this.signOutAtProvider();
    await expect(this.providerForm()).toBeVisible();
  }
}
