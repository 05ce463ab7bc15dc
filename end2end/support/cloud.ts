/** A desktop as the control address names it. */
export interface Desktop {
  desktop_id: string;
  computer_name: string;
}

/** A desktop as it truly is, whatever readers see. */
export interface TrueDesktop extends Desktop {
  in_maintenance_mode: boolean;
}

/** Who may enter a project. */
export interface Access {
  account: string;
  user: string;
  password: string;
  project: string;
  project_id: string;
}

/** A fresh project with its own user. */
export interface Project extends Access {
  desktops: Desktop[];
}

/** One more desktop of a project. */
export interface DesktopPlan {
  computer_name: string;
  user_name?: string;
  status?: string;
  connect_status?: string;
  in_maintenance_mode?: boolean;
  sentinel?: Sentinel;
}

/** What a sentinel does when it is named in a call. */
export type Sentinel = "403" | "404" | "409" | "500" | "lost" | "stuck";

/** What a fresh project is like. */
export interface ProjectPlan {
  desktops: number;
  /** An account that there is, which gets one more project; else a fresh one. */
  account?: string;
  /** A user of that account, who may enter the project with the password that they have. */
  user?: string;
  password?: string;
  /** All ordinary desktops in service, running and alike; else as varied as those of a real project. */
  plain?: boolean;
  sentinels?: Sentinel[];
  extra?: DesktopPlan[];
  workspace?: "ok" | "disabled403" | "missing400" | "may_not_list";
  latency_ms?: number;
  lag_ms?: number;
}

/** How calls go wrong. */
export interface Fault {
  on: "put" | "list" | "detail" | "show" | "token" | "any";
  kind: "applied_then_lost" | "lost_before_applied" | "status" | "applied_then_status";
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  times?: number;
}

/** A call that reached the cloud. */
export interface Call {
  method: string;
  path: string;
  status: number;
  desktop_ids?: string[];
  in_maintenance_mode?: boolean;
}

/** An identity provider whose ID tokens the cloud takes in exchange for its own tokens. */
export interface TrustedProvider {
  /** The cloud's name for it. */
  id: string;
  issuer: string;
  /** The audience that its tokens must have. */
  client_id: string;
  /** Its public keys. */
  jwks: unknown;
  /** The cloud's account that its people belong to. */
  account: string;
  /** By subject: which user somebody is in the cloud, and which projects they may enter, by name. */
  users: Record<string, { user: string; projects: string[] }>;
}

/** The simulated cloud, by its control address. */
export class Cloud {
  constructor(
    readonly url: string,
    private readonly control: string,
  ) {}

  /** A fresh project with its own account and user. */
  newProject(plan: ProjectPlan): Promise<Project> {
    return this.post("projects", plan);
  }

  /** One more user of a project. */
  newUser(project: Access): Promise<Access> {
    return this.post("users", { project: project.project_id });
  }

  /** Takes the ID tokens of an identity provider from now on, in place of what it took by that name before. */
  async trust(provider: TrustedProvider): Promise<void> {
    await this.post("identity_providers", provider);
  }

  /** Every token of the project ends now. */
  async endTokens(project: Access): Promise<void> {
    await this.post("tokens/end", { project: project.project_id });
  }

  /** Each call of the project takes that long from now on. */
  async slowDown(project: Access, ms: number): Promise<void> {
    await this.post("latency", { project: project.project_id, ms });
  }

  /** The next calls of the project go wrong. */
  async plan(project: Access, fault: Fault): Promise<void> {
    await this.post("fault", { project: project.project_id, ...fault });
  }

  /** Changes a desktop behind everybody's back. */
  async flip(project: Access, desktop: Desktop, inMaintenance: boolean): Promise<void> {
    const { desktop_id } = desktop;
    await this.post("flip", { project: project.project_id, desktop_id, in_maintenance_mode: inMaintenance });
  }

  /** Takes a desktop away. */
  async remove(project: Access, desktop: Desktop): Promise<void> {
    await this.post("remove", { project: project.project_id, desktop_id: desktop.desktop_id });
  }

  /** Closes every connection, or answers again. */
  async beDown(down: boolean): Promise<void> {
    await this.post("down", { down });
  }

  /** The project's desktops as they truly are. */
  trueDesktops(project: Access): Promise<TrueDesktop[]> {
    return this.get(`desktops?project=${project.project_id}`);
  }

  /** The calls that asked for a change, in their order. */
  async puts(project: Access): Promise<Call[]> {
    const calls = await this.get<Call[]>(`calls?project=${project.project_id}`);
    return calls.filter((call) => call.method === "PUT");
  }

  /** The calls that belong to no project, in their order: those that ask who somebody is. */
  strangeCalls(): Promise<Call[]> {
    return this.get("calls");
  }

  /** Signs in with a wrong password, outside Drydock. */
  async failToSignIn(access: Access): Promise<void> {
    const domain = { name: access.account };
    const user = { name: access.user, password: "wrong", domain };
    const identity = { methods: ["password"], password: { user } };
    const body = JSON.stringify({ auth: { identity, scope: { project: { name: access.project } } } });
    await fetch(`${this.url}/v3/auth/tokens`, { method: "POST", body, headers: { "content-type": "application/json" } });
  }

  private async post<T>(path: string, body: unknown): Promise<T> {
    const headers = { "content-type": "application/json" };
    return this.read(await fetch(`${this.control}/_control/${path}`, { method: "POST", body: JSON.stringify(body), headers }));
  }

  private async get<T>(path: string): Promise<T> {
    return this.read(await fetch(`${this.control}/_control/${path}`));
  }

  private async read<T>(response: Response): Promise<T> {
    if (!response.ok) {
      throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
    }
    return (await response.json()) as T;
  }
}
