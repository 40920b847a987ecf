interface Named {
  name_en: string;
  name_zh: string;
}

/** What a criterion is called in the language of the interface; the other name where it has only that one. */
export function nameOf(language: string, { name_en, name_zh }: Named): string {
  return language.startsWith('zh') ? name_zh || name_en : name_en || name_zh;
}

export function helpOf(language: string, { help_en, help_zh }: { help_en: string; help_zh: string }): string {
  return language.startsWith('zh') ? help_zh || help_en : help_en || help_zh;
}
