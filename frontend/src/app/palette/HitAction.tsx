import { createElement } from 'react';
import { Text } from '@mantine/core';
import { Spotlight } from '@mantine/spotlight';
import type { SearchHit } from '@/api/types';
import type { FeatureObject } from '@/shared/feature';
import { textOr, useText } from '@/shared/i18n/text';
import '@/shared/records/namespace';
import { Marked } from '@/shared/ui/Marked';
import classes from './CommandPalette.module.css';

interface Props {
  hit: SearchHit;
  object: FeatureObject;
  onOpen: () => void;
}

/** A record that was found: its name, and what else of it matched or what it is known by. */
export function HitAction({ hit, object, onOpen }: Props) {
  const t = useText('records');
  const { matched, note } = hit;
  return (
    <Spotlight.Action onClick={onOpen}>
      {createElement(object.icon, { size: 18, stroke: 1.5, className: classes.icon, 'aria-hidden': true })}
      <span className={classes.hit}>
        <span className={classes.name}>
          <Marked pieces={hit.name} />
        </span>
        <Text span className={classes.note}>
          {matched ? (
            <>
              <span className={classes.field}>{textOr(t, `records:label.${hit.type}.field.${matched.field}`, matched.field)}</span>{' '}
              <Marked pieces={matched.text} />
            </>
          ) : (
            note
          )}
        </Text>
      </span>
    </Spotlight.Action>
  );
}
