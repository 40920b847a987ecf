// Fails when a text is missing in one language, is used but not defined, is defined but not used, or has other
// {{parameters}} than its twin. A key is used when the source holds it as a string literal `namespace:path`. Keys that
// only the server names come from a template literal (`errors:problem.${code}`): its fixed head marks all below it as used.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = process.argv[2] ?? fileURLToPath(new URL('../src', import.meta.url));
const LOCALES = join(ROOT, 'locales');
const PLURAL = /_(zero|one|two|few|many|other)$/;
const faults = [];

function walk(folder, keep) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && keep(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function flatten(node, prefix, into) {
  for (const [name, value] of Object.entries(node)) {
    if (typeof value === 'string') into.set(prefix + name, value);
    else flatten(value, `${prefix}${name}.`, into);
  }
}

/** Map of `namespace:key` (plural suffix kept) to text. */
function readLanguage(language) {
  const texts = new Map();
  for (const file of walk(join(LOCALES, language), (name) => name.endsWith('.json'))) {
    const namespace = relative(join(LOCALES, language), file).replace(/\.json$/, '');
    flatten(JSON.parse(readFileSync(file, 'utf8')), `${namespace}:`, texts);
  }
  return texts;
}

/** A key without its plural suffix. `too_many` is no plural: there is no `too_other`. */
function baseOf(texts, key) {
  const base = key.replace(PLURAL, '');
  return base !== key && (texts.has(`${base}_other`) || texts.has(`${base}_one`)) ? base : key;
}

/** The defined keys without plural suffix; every form that the language needs must be there. */
function bases(language, texts) {
  const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const found = new Set();
  for (const [key, text] of texts) {
    if (text.trim() === '') faults.push(`${language}: ${key} is empty`);
    const base = baseOf(texts, key);
    found.add(base);
    if (base === key) continue;
    for (const form of needed)
      if (!texts.has(`${base}_${form}`)) faults.push(`${language}: ${base} lacks the plural form "${form}"`);
  }
  return found;
}

function parameters(texts, base) {
  const names = new Set();
  for (const [key, text] of texts)
    if (baseOf(texts, key) === base) for (const [, name] of text.matchAll(/\{\{\s*(\w+)/g)) names.add(name);
  // A plural form such as "one" may leave its number out.
  names.delete('count');
  return [...names].sort().join(',');
}

function collectUses(namespaces) {
  const keys = new Map();
  const heads = new Set();
  const start = new RegExp(`^(${[...namespaces].join('|')}):[\\w.-]*$`);
  for (const file of walk(ROOT, (name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))) {
    const tree = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node) => {
      if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
        if (start.test(node.text)) keys.set(node.text, relative(ROOT, file));
      } else if (ts.isTemplateExpression(node) && start.test(node.head.text)) heads.add(node.head.text);
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
  return { keys, heads };
}

const languages = readdirSync(LOCALES);
const texts = new Map(languages.map((language) => [language, readLanguage(language)]));
const defined = new Map(languages.map((language) => [language, bases(language, texts.get(language))]));
const all = new Set([...defined.values()].flatMap((keys) => [...keys]));
const { keys, heads } = collectUses(new Set([...all].map((key) => key.split(':')[0])));

for (const key of all) {
  const missing = languages.filter((language) => !defined.get(language).has(key));
  for (const language of missing) faults.push(`${language}: ${key} is missing`);
  if (missing.length === 0 && new Set(languages.map((language) => parameters(texts.get(language), key))).size > 1)
    faults.push(`${key}: the languages use different {{parameters}}`);
  if (!keys.has(key) && ![...heads].some((head) => key.startsWith(head))) faults.push(`${key} is not used`);
}
for (const [key, file] of keys) if (!all.has(key)) faults.push(`${key} is used in ${file} but not defined`);

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
console.log(`${all.size} texts in ${languages.join(', ')}: complete`);
