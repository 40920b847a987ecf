import { useState, type ReactNode } from 'react';
import { Anchor, Badge, Button, Checkbox, Group, Radio, Stack, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { Erasure, PersonRecord } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { textOr, useText } from '@/shared/i18n/text';
import { toastError } from '@/shared/ui/toast';
import { useObjects, useWorkspace } from '@/shared/workspace/workspace';
import { useDownload, type Choice } from '../api/queries';
import { placeText, total } from '../words';
import { ConfirmErasure } from './ConfirmErasure';
import { Places } from './Places';
import classes from './privacy.module.css';

/** What a search has found, and the choice of what becomes of it. */
export function FoundPerson({ erasure, giveUp }: { erasure: Erasure; giveUp: ReactNode }) {
  const t = useText('privacy');
  const workspace = useWorkspace();
  const download = useDownload(workspace);
  const [chosen, setChosen] = useState(() => new Set(erasure.records.filter(isSurelyThem).map(({ id }) => id)));
  const [mode, setMode] = useState<Choice['mode']>('whole');
  const [byName, setByName] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const { emails, phones, names } = erasure.person;
  const nothing = erasure.records.length === 0 && total(erasure.places) + total(erasure.names) === 0;
  if (nothing)
    return (
      <>
        <Text role="status">{t('privacy:found.nothing')}</Text>
        {giveUp}
      </>
    );
  const choice = {
    mode,
    by_name: byName,
    records: erasure.records.filter(({ id }) => chosen.has(id)).map(({ type, id }) => ({ type, id })),
  };
  const choose = (id: string, isChosen: boolean): void => {
    const next = new Set(chosen);
    if (isChosen) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  return (
    <Stack gap="lg">
      <section>
        <Heading>{t('privacy:found.recognised')}</Heading>
        <Group gap={6}>
          {[...names, ...emails, ...phones].map((each) => (
            <Badge key={each} variant="light" color="gray" tt="none" fw={500} size="lg" maw="100%">
              {each}
            </Badge>
          ))}
        </Group>
      </section>
      {erasure.records.length > 0 && (
        <section>
          <Heading>{t('privacy:found.records')}</Heading>
          <Text size="sm" c="dimmed" mb={4}>
            {t('privacy:found.records_lead')}
          </Text>
          <ul className={classes.list}>
            {erasure.records.map((record) => (
              <li key={record.id} className={classes.row}>
                <Record record={record} isChosen={chosen.has(record.id)} onChoose={(isChosen) => choose(record.id, isChosen)} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {(erasure.places.length > 0 || erasure.names.length > 0) && (
        <section>
          <Heading>{t('privacy:found.elsewhere')}</Heading>
          <Text size="sm" c="dimmed">
            {t('privacy:found.elsewhere_lead')}
          </Text>
          <Places places={erasure.places} />
          {erasure.names.length > 0 && (
            <Checkbox
              mt="sm"
              label={t('privacy:found.by_name', { count: total(erasure.names) })}
              description={t('privacy:found.by_name_help')}
              checked={byName}
              onChange={(event) => setByName(event.currentTarget.checked)}
            />
          )}
        </section>
      )}
      <Radio.Group label={t('privacy:mode.label')} value={mode} onChange={(value) => setMode(value)}>
        <Stack gap="xs" mt={6}>
          <Radio value="whole" label={t('privacy:mode.whole')} description={t('privacy:mode.whole_help')} />
          <Radio value="anonymous" label={t('privacy:mode.anonymous')} description={t('privacy:mode.anonymous_help')} />
        </Stack>
      </Radio.Group>
      <Group gap="xs">
        <Button
          variant="default"
          leftSection={<IconDownload size={16} stroke={1.5} />}
          loading={download.isPending}
          disabled={erasure.state !== 'found'}
          onClick={() => download.mutate(erasure.id, { onError: (error) => toastError(errorMessage(t, error)) })}
        >
          {t('privacy:download')}
        </Button>
        <Button color="red" onClick={() => setConfirming(true)}>
          {t('privacy:confirm.open')}
        </Button>
        {giveUp}
      </Group>
      {confirming && <ConfirmErasure erasure={erasure} choice={choice} onClose={() => setConfirming(false)} />}
    </Stack>
  );
}

/** A shared telephone may be the firm's: who only shares that is chosen by hand. */
function isSurelyThem(record: PersonRecord): boolean {
  return record.named || record.deleted || record.shares.includes('email');
}

function Heading({ children }: { children: ReactNode }) {
  return (
    <Title order={2} size="h5" mb={6}>
      {children}
    </Title>
  );
}

function Record({ record, isChosen, onChoose }: { record: PersonRecord; isChosen: boolean; onChoose: (isChosen: boolean) => void }) {
  const t = useText('privacy', 'records', 'leads');
  const { slug } = useWorkspace();
  const object = useObjects().find(({ name }) => name === record.type);
  const name = record.display_name || record.id.slice(0, 8);
  const facts = [
    object ? textOr(t, `${object.plural}:title`, object.plural) : record.type,
    ...record.shares.map((kind) => t(`privacy:shares.${kind}`)),
    ...record.places.map((place) => placeText(t, place)),
  ];
  return (
    <>
      <Checkbox mt={2} aria-label={name} checked={isChosen} onChange={(event) => onChoose(event.currentTarget.checked)} />
      <div className={classes.main}>
        {object && !record.deleted ? (
          <Anchor href={`/w/${slug}/${object.plural}/${record.id}`}>{name}</Anchor>
        ) : (
          <Text span>{name}</Text>
        )}
        {record.deleted && (
          <Badge ml={8} size="sm" variant="light" color="gray" tt="none">
            {t('privacy:found.deleted')}
          </Badge>
        )}
        <Text size="sm" c="dimmed">
          {facts.join(' · ')}
        </Text>
      </div>
    </>
  );
}
