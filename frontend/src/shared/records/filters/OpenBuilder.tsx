import { lazy, Suspense, useState } from 'react';
import { Button } from '@mantine/core';
import { IconBinaryTree2 } from '@tabler/icons-react';
import type { Node } from '../model/filters';
import type { Display } from '../values/display';

const FilterBuilder = lazy(async () => ({ default: (await import('./FilterBuilder')).FilterBuilder }));

interface Props {
  display: Display;
  parts: Node[];
  phone?: boolean;
  onChange: (parts: Node[]) => void;
}

/** The way to conditions in groups, for those who need more than a row of chips. */
export function OpenBuilder({ display, parts, phone = false, onChange }: Props) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        variant={phone ? 'default' : 'subtle'}
        color="gray"
        size={phone ? 'md' : 'compact-md'}
        leftSection={<IconBinaryTree2 size={16} stroke={1.5} />}
        onClick={() => setOpened(true)}
      >
        {display.t('records:builder.open')}
      </Button>
      {opened && (
        <Suspense fallback={null}>
          <FilterBuilder
            display={display}
            parts={parts}
            fullScreen={phone}
            onChange={(next) => {
              setOpened(false);
              onChange(next);
            }}
            onClose={() => setOpened(false)}
          />
        </Suspense>
      )}
    </>
  );
}
