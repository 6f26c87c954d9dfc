/** The one address of a store that clients know, whichever server is behind it. */
export interface StoreEndpoint {
  /** Passes connections to this port of 127.0.0.1 from now on. */
  follow(port: number): Promise<void>;
  /** Ends every connection and takes none. */
  down(): Promise<void>;
}
