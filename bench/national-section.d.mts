export function nationalSection(nationalPage: string): string;
export function withNationalSection(page: string, section: string): string;
