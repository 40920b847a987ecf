import { Text } from '@mantine/core';
import type { AssignmentReason } from '@/api/types';
import { textOr } from '@/shared/i18n/text';
import type { Display } from '../values/display';

/** Why a record became whose it is: the rule, who was passed over, or that no rule decided. */
export function Assigned({ display, why }: { display: Display; why: AssignmentReason }) {
  const { t, language } = display;
  const rule = why.rule?.name ?? '';
  const first = {
    rule: () => t(`records:assigned.rule_${why.kind ?? 'sales'}`, { rule }),
    no_rule: () => t('records:assigned.no_rule'),
    nobody_free: () => t('records:assigned.nobody_free', { rule }),
  }[why.why]();
  const passed = why.passed_over.map(({ member, why: reason }) =>
    t(`records:assigned.passed_${reason}`, { name: display.member(member)?.name ?? t('records:value.former_member') }),
  );
  return (
    <Text size="sm" component="div">
      {first}
      {passed.length > 0 && <> {t('records:assigned.passed_over', { names: new Intl.ListFormat(language).format(passed) })}</>}
      {why.fallback && <> {textOr(t, `records:assigned.fallback_${why.fallback}`, '')}</>}
    </Text>
  );
}
