export declare function doctor(root: string, args: readonly string[]): Promise<number>;
export declare function missingPrerequisites(root: string, command: string): Promise<string[]>;
