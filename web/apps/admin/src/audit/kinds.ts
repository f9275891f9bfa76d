// Acts by what they are done to.
const kinds = {
  people: ["person_added", "person_registered", "role_changed", "person_renamed", "person_disabled", "person_enabled", "password_set", "sign_in_locked", "person_signed_out"],
  agents: ["agent_added", "agent_renamed", "agent_picture_changed", "agent_limit_changed", "agent_removed", "agent_invited", "invitation_accepted", "invitation_rejected"],
  accounts: ["official_account_added", "official_account_changed", "official_account_removed", "secret_rotated"],
  sessions: ["customer_assigned", "session_transferred", "session_closed"],
  exports: ["conversations_exported", "audit_exported"],
  settings: ["settings_changed", "quick_reply_saved", "quick_reply_removed", "push_repeated"],
} as const;

export const groups = Object.keys(kinds) as (keyof typeof kinds)[];
export const kindsOf = (group: string): readonly string[] => kinds[group as keyof typeof kinds] ?? [];
