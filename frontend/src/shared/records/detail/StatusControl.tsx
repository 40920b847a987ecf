import { useState } from 'react';
import { Button, Menu, Popover } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import type { Field } from '@/api/types';
import { toastError } from '@/shared/ui/toast';
import { useEditing } from '../editing/editing';
import { ReasonEditor } from '../editing/ReasonEditor';
import { faultText } from '../model/faults';
import { fieldLabel } from '../model/labels';
import type { RecordData, Values } from '../model/record';
import { allowedValues, reasonField } from '../model/transitions';
import { textOf } from '../model/values';
import { ChoiceValue } from '../values/ChoiceValue';
import type { Display } from '../values/display';

interface Props {
  display: Display;
  record: RecordData;
  field: Field;
  mayEdit: boolean;
}

/** Where a record stands, and where it may go from here. A step that needs a reason asks for it on the spot. */
export function StatusControl({ display, record, field, mayEdit }: Props) {
  const { t, object } = display;
  const { save } = useEditing();
  const [asking, setAsking] = useState<{ value: string; field: Field } | null>(null);
  const current = textOf(record[field.name]);
  const following = (allowedValues(object, field, current) ?? field.options?.map(({ value }) => value) ?? []).filter(
    (value) => value !== current,
  );
  const shown = (value: string) => <ChoiceValue name={field.name} value={value} label={display.option(field, value)} />;
  const set = async (values: Values): Promise<void> => {
    setAsking(null);
    const outcome = await save(record, values);
    if (!outcome.saved) toastError(faultText(outcome.faults, field.name));
  };
  const choose = (value: string): void => {
    const reason = reasonField(object, field.name, value);
    if (reason) setAsking({ value, field: reason });
    else void set({ [field.name]: value });
  };
  if (!mayEdit || following.length === 0) return shown(current);
  return (
    <Popover
      opened={asking !== null}
      onChange={(opened) => !opened && setAsking(null)}
      position="bottom-start"
      width={320}
      shadow="md"
      trapFocus
      returnFocus
      withRoles={false}
    >
      <Popover.Target>
        <div>
          <Menu position="bottom-start">
            <Menu.Target>
              <Button
                variant="default"
                size="compact-md"
                rightSection={<IconChevronDown size={14} stroke={1.75} />}
                aria-label={t('records:status.change', {
                  field: fieldLabel(t, field),
                  value: display.option(field, current),
                })}
              >
                {shown(current)}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>{t('records:status.move_to')}</Menu.Label>
              {following.map((value) => (
                <Menu.Item key={value} onClick={() => choose(value)}>
                  {shown(value)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </div>
      </Popover.Target>
      <Popover.Dropdown>
        {asking && (
          <ReasonEditor
            display={display}
            field={asking.field}
            onSave={(reason) => void set({ [field.name]: asking.value, [asking.field.name]: reason })}
            onCancel={() => setAsking(null)}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
