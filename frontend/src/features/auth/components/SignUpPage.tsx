import { useState } from 'react';
import { CheckMail } from './CheckMail';
import { SignUpForm } from './SignUpForm';

export function SignUpPage() {
  const [sentTo, setSentTo] = useState<string | null>(null);
  if (sentTo !== null) return <CheckMail email={sentTo} onBack={() => setSentTo(null)} />;
  return <SignUpForm onSent={setSentTo} />;
}
