import { useEffect, useId, useRef, useState } from 'react';
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ApiProblem } from '@/api/problem';
import { FormSummary } from '@/shared/forms/FormSummary';
import { errorMessage, fieldMessage } from '@/shared/forms/problems';
import { useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import type { Translate } from '@/shared/i18n/resources';
import { useMe, useRight, useWorkspace } from '@/shared/workspace/workspace';
import { importQuery } from '../api/queries';
import { upload } from '../api/upload';
import classes from './FileDrop.module.css';

const ACCEPT = '.csv,.tsv,.txt,.xlsx,text/csv,text/tab-separated-values,text/plain';

function reasonOf(t: Translate, error: unknown): string {
  const [first] = error instanceof ApiProblem ? error.errors : [];
  return first ? fieldMessage(t, first) : errorMessage(t, error);
}

interface Sending {
  file: File;
  share: number;
  abort: AbortController;
}

/** Drop or choose a file; it is sent with its progress shown, then its import opens. */
export function FileDrop() {
  const t = useText('imports');
  const format = useFormat();
  const workspace = useWorkspace();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { limits } = useMe();
  const mayImport = useRight('lead', 'import');
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState<Sending | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const helpId = useId();
  const abort = sending?.abort;
  useEffect(() => () => abort?.abort(), [abort]);

  const send = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    setRefused(null);
    if (file.size > limits.file_bytes) {
      setRefused(t('imports:new.too_large', { size: format.bytes(file.size), limit: format.bytes(limits.file_bytes) }));
      return;
    }
    if (file.size === 0) {
      setRefused(t('errors:field.empty_file'));
      return;
    }
    const controller = new AbortController();
    setSending({ file, share: 0, abort: controller });
    try {
      const run = await upload({
        workspaceId: workspace.id,
        object: 'lead',
        file,
        signal: controller.signal,
        onProgress: (share) => setSending((now) => now && { ...now, share }),
      });
      client.setQueryData(importQuery(workspace, run.id).queryKey, run);
      void client.invalidateQueries({ queryKey: workspace.key('imports', 'list') });
      await navigate({ to: '/w/$slug/imports/$importId', params: { slug: workspace.slug, importId: run.id } });
    } catch (error) {
      setSending(null);
      if (!controller.signal.aborted) setRefused(reasonOf(t, error));
    }
  };
  if (!mayImport) return <Text c="dimmed">{t('errors:problem.forbidden')}</Text>;
  return (
    <Stack gap="md">
      <FormSummary message={refused} />
      {sending ? (
        <div className={classes.sending}>
          <Group justify="space-between" mb={8}>
            <Text fw={500} lineClamp={1}>
              {sending.file.name}
            </Text>
            <Text c="dimmed">{sending.share < 1 ? format.percent(sending.share) : t('imports:new.looking')}</Text>
          </Group>
          <Progress.Root size="lg">
            <Progress.Section value={sending.share * 100} animated={sending.share >= 1} aria-label={t('imports:new.uploading')} />
          </Progress.Root>
          <Button variant="subtle" color="gray" size="compact-sm" mt={10} onClick={() => sending.abort.abort()}>
            {t('common:action.cancel')}
          </Button>
        </div>
      ) : (
        // Dropping is for the mouse; the button inside is what the keyboard and screen readers use.
        // eslint-disable-next-line jsx-a11y/no-static-element-interactions
        <div
          className={classes.drop}
          data-over={over || undefined}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            void send(event.dataTransfer.files[0]);
          }}
        >
          <IconFileUpload size={32} stroke={1.25} aria-hidden />
          <Text>{t('imports:new.drop')}</Text>
          <Button onClick={() => input.current?.click()} aria-describedby={helpId}>
            {t('imports:new.choose')}
          </Button>
          <Text id={helpId} size="sm" c="dimmed">
            {t('imports:new.kinds', { limit: format.bytes(limits.file_bytes) })}
          </Text>
          <input
            ref={input}
            type="file"
            accept={ACCEPT}
            className={classes.input}
            tabIndex={-1}
            aria-label={t('imports:new.choose')}
            onChange={(event) => {
              void send(event.currentTarget.files?.[0]);
              event.currentTarget.value = '';
            }}
          />
        </div>
      )}
      <Text size="sm" c="dimmed">
        {t('imports:new.promise')}
      </Text>
    </Stack>
  );
}
