import { useState } from 'react';
import { DateInput } from '@mantine/dates';
import '@mantine/dates/styles.css';
import 'dayjs/locale/zh-cn';
import { textOf } from '../model/values';
import { naming, type EditorProps } from './types';

/** A calendar date; typed as 2026-12-01 or picked. */
export function DateEditor(props: EditorProps) {
  const { display, value, onChange, onPick, opened } = props;
  const [day, setDay] = useState(textOf(value).slice(0, 10) || null);
  const isChinese = display.language.startsWith('zh');
  return (
    <DateInput
      {...naming(props)}
      value={day}
      valueFormat="YYYY-MM-DD"
      placeholder={display.t('records:editor.date_example')}
      locale={isChinese ? 'zh-cn' : 'en'}
      firstDayOfWeek={1}
      {...(isChinese ? { monthLabelFormat: 'YYYY年M月' } : {})}
      clearable
      highlightToday
      popoverProps={{ withinPortal: false, ...(opened ? { defaultOpened: true } : {}) }}
      ariaLabels={{
        nextMonth: display.t('records:editor.next_month'),
        previousMonth: display.t('records:editor.previous_month'),
      }}
      clearButtonProps={{ 'aria-label': display.t('records:editor.clear') }}
      data-autofocus
      onChange={(next) => {
        setDay(next);
        onChange(next);
        if (next === null) onPick?.(null);
      }}
    />
  );
}
