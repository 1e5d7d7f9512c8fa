export const slept: number = await new Promise((resolve) => setTimeout(() => resolve(7), 1));
