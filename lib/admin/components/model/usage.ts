/** What depends on a configuration just now. */
export interface Usage {
  isDefault: boolean;
  /** Keys of activities. */
  usedBy: string[];
  /** All that wait for it, and those of them that name no configuration. */
  waiting: number;
  waitingForDefault: number;
}
