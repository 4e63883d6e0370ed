export interface Sample {
    name: string;
    labels: Record<string, string>;
    value: number;
}
export interface Exposition {
    samples: Sample[];
    types: Map<string, string>;
    value(name: string, labels?: Record<string, string>): number | undefined;
}
export declare function readPrometheus(text: string): Exposition;
