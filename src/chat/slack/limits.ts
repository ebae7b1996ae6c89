/** What Slack takes, each with the page that states it. Lengths are characters. */

/** https://docs.slack.dev/reference/block-kit/blocks */
/** https://docs.slack.dev/apis/web-api/rate-limits#special: one message a second and channel. */
export const messagePaceMs = 1_000;

export const blocksPerMessage = 50;

/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
export const headerLength = 150;

/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
export const textLength = 3_000;

/** https://docs.slack.dev/reference/block-kit/blocks/section-block states it for fields; facts keep to it. */
export const factLength = 2_000;

/** https://docs.slack.dev/reference/block-kit/blocks/actions-block */
export const buttonsPerBlock = 25;

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element; an action has far fewer characters than its value may. */
export const buttonTextLength = 75;

/** https://docs.slack.dev/reference/views */
export const modalTitleLength = 24;
export const modalBlocks = 100;

/** https://docs.slack.dev/reference/block-kit/blocks/input-block */
export const inputLabelLength = 2_000;

/** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element, .../composition-objects/option-object */
export const optionsPerSelect = 100;
export const optionTextLength = 75;

/** https://docs.slack.dev/interactivity/handling-user-interaction#trigger_id */
export const triggerMs = 3_000;

/** Stated nowhere: https://github.com/slackapi/bolt-js/issues/2509 measured `msg_blocks_too_long` from about 13,200 on. */
export const blocksTotalLength = 12_000;

/** https://docs.slack.dev/reference/methods/chat.postMessage#truncating advises 4,000. */
export const fallbackLength = 4_000;

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses: 30 minutes; the last five are not used. */
export const responseUses = 5;
export const responseMs = 25 * 60_000;

/** https://docs.slack.dev/reference/methods/conversations.history#pagination */
export const messagesPerPage = 200;

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
export const signatureAgeMs = 5 * 60_000;

/** https://docs.slack.dev/reference/app-manifest#features */
export const usageHintLength = 1_000;
