import { Text } from '@mantine/core';
import { Spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import type { SearchAnswer } from '@/api/types';
import { useText } from '@/shared/i18n/text';
import { useWorkspace } from '@/shared/workspace/workspace';
import { features } from '../features';
import { HitAction } from './HitAction';
import classes from './CommandPalette.module.css';

const objects = new Map(features.flatMap((feature) => feature.objects ?? []).map((object) => [object.name, object]));

/** The records that were found, the nearest first, and for what, where it is not what was typed. */
export function Hits({ found }: { found: SearchAnswer }) {
  const t = useText();
  const navigate = useNavigate();
  const { slug } = useWorkspace();
  const { corrected } = found;
  return (
    <>
      {corrected && (
        <Text size="sm" c="dimmed" className={classes.corrected} role="status">
          {t('common:palette.corrected', { shown: corrected.shown, typed: corrected.typed })}
        </Text>
      )}
      <Spotlight.ActionsGroup label={t('common:palette.found')}>
        {found.data.map((hit) => {
          const object = objects.get(hit.type);
          return (
            object && (
              <HitAction
                key={hit.id}
                hit={hit}
                object={object}
                onOpen={() => void navigate({ to: `/w/${slug}/${object.path}/${hit.id}` })}
              />
            )
          );
        })}
      </Spotlight.ActionsGroup>
      {found.more && (
        <Text size="xs" c="dimmed" className={classes.corrected}>
          {t('common:palette.more')}
        </Text>
      )}
    </>
  );
}
