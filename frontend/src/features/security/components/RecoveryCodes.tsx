import { Button, CopyButton, Group, Stack, Text } from '@mantine/core';
import { useText } from '@/shared/i18n/text';
import classes from './RecoveryCodes.module.css';

/** The codes, this once. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const t = useText('security');
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(`${codes.join('\n')}\n`)}`;
  return (
    <Stack gap="md">
      <Text>{t('security:codes.what')}</Text>
      <ul className={classes.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Group gap="xs">
        <CopyButton value={codes.join('\n')}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? t('security:codes.copied') : t('security:codes.copy')}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" component="a" href={file} download="recovery-codes.txt">
          {t('security:codes.download')}
        </Button>
        <Button onClick={onDone}>{t('security:codes.done')}</Button>
      </Group>
    </Stack>
  );
}
