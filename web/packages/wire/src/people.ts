// The door of people: /auth/v1/.

export type Role = "agent" | "supervisor" | "administrator";

export interface Person {
  wechat_id: string;
  name: string;
  role: Role;
}

export interface Seat {
  appid: string;
  account_name: string;
  /** Absent for one who may only look. */
  kf_account?: string;
  kf_id?: number | string;
  nickname?: string;
  avatar?: string;
}

export interface Me {
  person: Person;
  seats: Seat[];
  /** Those that wait for this person's answer. */
  invitations?: { token: string; appid: string; account_name: string; kf_account: string; nickname: string; expires_at: number }[];
  sandbox: boolean;
}

/** What stands beside the error when nobody is signed in. */
export interface Stranger {
  sandbox?: boolean;
  demo?: Person[];
}

export interface Invitation {
  account_name: string;
  kf_account: string;
  nickname: string;
  wechat_id: string;
  status: "waiting" | "expired" | "rejected" | "bound";
  expires_at: number;
  /** The time of the house, whose clock a sandbox may have moved. */
  now: number;
  /** A person with that WeChat id has a login. */
  known: boolean;
  /** How many kf accounts the invited person is already, and may be. */
  bindings?: number;
  binding_limit?: number;
}
