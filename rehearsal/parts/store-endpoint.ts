/** The one address of a store that clients know, whichever server is behind it. */
export interface StoreEndpoint {
  /** Leads to this port of 127.0.0.1 from now on. */
  follow(port: number): Promise<void> | void;
  /** Takes no connection until it follows a server again. */
  down(): Promise<void> | void;
}
