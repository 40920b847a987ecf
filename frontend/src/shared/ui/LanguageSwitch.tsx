import { Button, Menu } from '@mantine/core';
import { IconCheck, IconLanguage } from '@tabler/icons-react';
import { changeLanguage, currentLanguage } from '@/shared/i18n';
import { LANGUAGES } from '@/shared/i18n/languages';
import { useText } from '@/shared/i18n/text';

/** The language of the interface, for pages without a signed-in person. */
export function LanguageSwitch() {
  const t = useText();
  const current = currentLanguage();
  return (
    <Menu>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          leftSection={<IconLanguage size={16} stroke={1.5} />}
          aria-label={t('common:language.switch', { language: nameOf(current) })}
        >
          {nameOf(current)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {LANGUAGES.map(({ value, label }) => (
          <Menu.Item
            key={value}
            lang={value}
            onClick={() => void changeLanguage(value)}
            rightSection={value === current ? <IconCheck size={16} /> : null}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function nameOf(language: string): string {
  return LANGUAGES.find(({ value }) => value === language)?.label ?? language;
}
