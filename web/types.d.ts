// The shapes the page's modules share. Checked by tsgo, never shipped.

export type Mode = 'imitation' | 'open';
export type Phase = 'waiting' | 'discussion' | 'voting' | 'reveal' | 'closed' | 'open';
export type Role = 'person' | 'agent';
export type Link = 'connecting' | 'live' | 'lost' | 'offline' | 'polling' | 'done';

export interface Player { name: string; present: boolean; voted: boolean; eliminated: boolean; role?: Role; left?: boolean }

/** One entry of the script: a spoken line, or a stage direction between lines. */
export interface Line {
  seq: number; at: string; kind: 'message' | 'joined' | 'left' | 'phase' | 'paused' | 'resumed' | 'result';
  player?: string; text?: string; phase?: Phase; round?: number; result?: Result;
}

export interface Result {
  seq: number; round: number; votes: Record<string, string>; tally: Record<string, number>;
  suspect: string | null; suspect_role: Role | null; winner: 'people' | 'agents'; game_winner?: 'people' | 'agents';
}

/** A line of one's own on its way: kept until the log acknowledged it. */
export interface Pending { client_id: string; text: string; status: 'sending' | 'failed'; echo: number | null; problem: ProblemBody | null }

export interface RoomState {
  code: string; title: string; mode: Mode; status: 'waiting' | 'running' | 'closed';
  phase: Phase; round: number; topic: string; ends_at: number | null; left_ms: number | null; paused: boolean;
  people: number; seats: number; players: Player[]; roles: Record<string, Role> | null; results: Result[];
  seq: number; gap: number | null; stale: number | null; lines: Line[]; pending: Pending[]; typing: Record<string, number>;
  me: string | null; host: boolean; out: boolean; link: Link; offset: number | null; live: boolean;
  away: boolean; unread: number; new_from: number | null; mark_next: boolean;
}

export interface Snapshot {
  code: string; title: string; mode: Mode; status: 'waiting' | 'running' | 'closed'; phase: Phase; round: number;
  topic: string | null; ends_at: string | null; players: Player[]; seq: number; people: number; seats: number;
}

/** An event as the room's stream carries it. */
export interface RoomEvent {
  seq?: number; type: string; at?: string; player?: string; text?: string; present?: boolean;
  phase?: Phase; round?: number; topic?: string; ends_at?: string | null;
  votes?: Record<string, string>; tally?: Record<string, number>; suspect?: string | null; suspect_role?: Role | null;
  winner?: 'people' | 'agents'; game_winner?: 'people' | 'agents'; roles?: Record<string, Role>;
  client_id?: string; status?: number; title?: string; detail?: string;
}

export type Action =
  | { type: 'snapshot'; room: Snapshot; now: number }
  | { type: 'me'; player: string | null; host: boolean }
  | { type: 'events'; events: RoomEvent[]; now: number }
  | { type: 'event'; event: RoomEvent; now: number }
  | { type: 'send'; client_id: string; text: string }
  | { type: 'restore'; pending: Pending[] }
  | { type: 'ack'; client_id: string; seq: number }
  | { type: 'refused'; client_id: string; problem: ProblemBody }
  | { type: 'retry'; client_id: string }
  | { type: 'drop'; client_id: string }
  | { type: 'tick'; now: number }
  | { type: 'link'; link: Link }
  | { type: 'clock'; server: number; now: number }
  | { type: 'away' } | { type: 'here' };

export interface ProblemBody { type?: string; title?: string; status: number; detail?: string; errors?: { location?: string; message?: string }[] }

export interface CreateRoom {
  mode: Mode; language: string; title?: string; topic?: string; seats: number; agents: number; discussion_seconds?: number;
  voting_seconds?: number; reveal_seconds?: number; rounds?: number; visibility: 'public' | 'unlisted'; password?: string;
}

export interface ListedRoom { code: string; title: string; mode: Mode; status: string; people: number; seats: number; players: number; created_at: string; locked: boolean }

/** What a screen may do to its room. */
export interface Session {
  say(text: string): void; retry(clientId: string): void; drop(clientId: string): void;
  typing(): void; vote(suspect: string): Promise<void>; join(name: string | null, password: string | null): Promise<void>;
  leave(): Promise<void>; host(action: string): Promise<void>; remove(name: string): Promise<void>;
  away(): void; here(): void; refresh(): Promise<void>; close(): void;
}
