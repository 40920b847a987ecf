/** Currency by region (ISO 4217 by ISO 3166), for a first guess only: everything can be chosen. */
const CURRENCIES: Record<string, string> = {
  AE: 'AED', AR: 'ARS', AU: 'AUD', BD: 'BDT', BG: 'EUR', BR: 'BRL', CA: 'CAD', CH: 'CHF', CL: 'CLP', CN: 'CNY', CO: 'COP',
  CZ: 'CZK', DK: 'DKK', EG: 'EGP', GB: 'GBP', HK: 'HKD', HU: 'HUF', ID: 'IDR', IL: 'ILS', IN: 'INR', IS: 'ISK', JP: 'JPY',
  KE: 'KES', KR: 'KRW', KW: 'KWD', KZ: 'KZT', LK: 'LKR', MA: 'MAD', MO: 'MOP', MX: 'MXN', MY: 'MYR', NG: 'NGN', NO: 'NOK',
  NZ: 'NZD', PE: 'PEN', PH: 'PHP', PK: 'PKR', PL: 'PLN', QA: 'QAR', RO: 'RON', RS: 'RSD', RU: 'RUB', SA: 'SAR', SE: 'SEK',
  SG: 'SGD', TH: 'THB', TR: 'TRY', TW: 'TWD', TZ: 'TZS', UA: 'UAH', US: 'USD', UY: 'UYU', VN: 'VND', ZA: 'ZAR',
};
const EURO = 'AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK'.split(' ');

interface LocaleWithZones extends Intl.Locale {
  getTimeZones?: () => string[] | undefined;
}

function zonesOf(region: string): string[] {
  const locale: LocaleWithZones = new Intl.Locale(`und-${region}`);
  return locale.getTimeZones?.() ?? [];
}

/** Where the browser seems to be: the region of its time zone, else that of its language. */
export function guessRegion(timeZone: string, languageTag: string): string {
  const byLanguage = new Intl.Locale(languageTag).maximize().region ?? 'US';
  if (zonesOf(byLanguage).includes(timeZone)) return byLanguage;
  return [...Object.keys(CURRENCIES), ...EURO].find((region) => zonesOf(region).includes(timeZone)) ?? byLanguage;
}

export function currencyOf(region: string): string {
  return EURO.includes(region) ? 'EUR' : (CURRENCIES[region] ?? 'USD');
}

export function browserTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function timeZones(): string[] {
  const zones = Intl.supportedValuesOf('timeZone');
  const own = browserTimeZone();
  return zones.includes(own) ? zones : [own, ...zones];
}

/** Every currency as "EUR · Euro" in the given language. */
export function currencies(language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(language, { type: 'currency' });
  return Intl.supportedValuesOf('currency').map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
}
