/** Cells padded as the formatter pads them, so that the written page is the checked-in one. */
export async function formattedMarkdown(markdown: string): Promise<string> {
  const { format, resolveConfig } = await import('prettier');
  return format(markdown, { ...(await resolveConfig(__filename)), parser: 'markdown' });
}
