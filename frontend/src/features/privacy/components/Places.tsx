import type { PlaceCount } from '@/api/types';
import { useText } from '@/shared/i18n/text';
import { placeText } from '../words';
import classes from './privacy.module.css';

/** How much there is in each place. */
export function Places({ places }: { places: readonly PlaceCount[] }) {
  const t = useText('privacy');
  return (
    <ul className={classes.places}>
      {places.map((one) => (
        <li key={one.place}>{placeText(t, one)}</li>
      ))}
    </ul>
  );
}
