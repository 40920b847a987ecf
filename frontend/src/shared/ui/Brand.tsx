import { useText } from '@/shared/i18n/text';
import classes from './Brand.module.css';

/** Mark and name of the product. */
export function Brand() {
  const t = useText();
  return (
    <span className={classes.brand}>
      <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden>
        <rect width="24" height="24" rx="6" fill="var(--mantine-color-accent-6)" />
        <circle cx="9" cy="9.5" r="2.8" fill="#fff" />
        <path d="M4.5 18c0-2.8 2-4.6 4.5-4.6s4.5 1.8 4.5 4.6z" fill="#fff" />
        <path d="M14 8.2h5.5M14 11.6h5.5M15.8 15h3.7" stroke="#fff" strokeWidth="1.7" strokeLinecap="round" />
      </svg>
      {t('common:app.name')}
    </span>
  );
}
