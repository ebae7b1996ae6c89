import { expect, it } from 'vitest';
import { plainText } from '../../../src/chat/slack/plain-text.ts';

it.each([
  ['<@U0BOT> status', 'status'],
  ['hey <@U0BOT>, why?', 'hey , why?'],
  ['ask <@U123> or <@U456|ada>', 'ask @U123 or @ada'],
  ['in <#C123|ops> and <#C456|> and <#C789>', 'in #ops and #C456 and #C789'],
  ['<!here> <!channel> <!subteam^S1|@oncall> <!subteam^S2>', '@here @channel @oncall @subteam'],
  ['<!date^1392734382^{date}|Feb 18>', 'Feb 18'],
  ['see <https://grafana.example/d/1?a=1&amp;b=2>', 'see https://grafana.example/d/1?a=1&b=2'],
  ['is <http://web-1.example|web-1.example> up?', 'is web-1.example up?'],
  ['<mailto:a@b.example|a@b.example>', 'a@b.example'],
  ['<mailto:a@b.example>', 'a@b.example'],
  ['a &lt; b &amp;&amp; c &gt; d', 'a < b && c > d'],
  ['&amp;lt;@U123&amp;gt;', '&lt;@U123&gt;'],
  ['&lt;@U0BOT&gt;', '<@U0BOT>'],
  ['&quot;x&quot;', '&quot;x&quot;'],
  ['rate(x[5m]) > 5 and y<3', 'rate(x[5m]) > 5 and y<3'],
  ['  a \t b\nc  ', 'a b\nc'],
])('%j is read as %j', (typed, read) => {
  expect(plainText(typed, 'U0BOT')).toBe(read);
});

it('leaves every mention in place when the bot does not know itself yet', () => {
  expect(plainText('<@U0BOT> status', null)).toBe('@U0BOT status');
});
