export declare function doctor(root: string, args: readonly string[]): Promise<number>;
export declare function whatIsLacking(root: string, command: string): Promise<string[]>;
