import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

function check(texts: Record<'en' | 'zh-CN', object>, source: string): { status: number | null; output: string } {
  const root = mkdtempSync(join(tmpdir(), 'i18n-'));
  for (const [language, content] of Object.entries(texts)) {
    mkdirSync(join(root, 'locales', language), { recursive: true });
    writeFileSync(join(root, 'locales', language, 'shop.json'), JSON.stringify(content));
  }
  writeFileSync(join(root, 'page.ts'), source);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/i18n-check.mjs', root], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

const same = (texts: object) => ({ en: texts, 'zh-CN': texts });

describe('i18n-check', () => {
  it('passes when every text is there in both languages and used', () => {
    const texts = { en: { n_one: '{{count}} lead', n_other: '{{count}} leads' }, 'zh-CN': { n_other: '{{count}} 个' } };
    expect(check(texts, "t('shop:n', { count: 2 })").status).toBe(0);
  });

  it.each([
    ['missing in one language', { en: { a: 'A', b: 'B' }, 'zh-CN': { a: '甲' } }, "t('shop:a'); t('shop:b')", 'zh-CN: shop:b is missing'],
    ['used and not defined', same({ a: 'A' }), "t('shop:a'); t('shop:typo')", 'shop:typo is used'],
    ['defined and not used', same({ a: 'A', b: 'B' }), "t('shop:a')", 'shop:b is not used'],
    ['empty', same({ a: '' }), "t('shop:a')", 'shop:a is empty'],
    ['without a plural form', { en: { n_other: 'x' }, 'zh-CN': { n_other: 'x' } }, "t('shop:n')", 'en: shop:n lacks the plural form "one"'],
    ['with other parameters', { en: { a: '{{name}}' }, 'zh-CN': { a: '{{who}}' } }, "t('shop:a')", 'different {{parameters}}'],
  ])('fails for a text that is %s', (_case, texts, source, fault) => {
    const { status, output } = check(texts, source);
    expect(status).toBe(1);
    expect(output).toContain(fault);
  });

  it('does not take a key that only ends like a plural for one', () => {
    expect(check(same({ too_many: 'Too many' }), "t('shop:too_many')").status).toBe(0);
  });

  it('takes a template key as a use of everything below its head', () => {
    expect(check(same({ code: { a: 'A', b: 'B' } }), 't(`shop:code.${code}`)').status).toBe(0);
  });
});
