/** What Discord takes, each with the page that states it. Lengths are characters. */

/** https://discord.com/developers/docs/resources/message#create-message */
export const contentLength = 2_000;
export const embedsPerMessage = 10;
export const nonceLength = 25;

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
export const embedsTotalLength = 6_000;
export const titleLength = 256;
export const descriptionLength = 4_096;
export const fieldsPerEmbed = 25;
export const fieldNameLength = 256;
export const fieldValueLength = 1_024;
export const footerLength = 2_048;

/** https://discord.com/developers/docs/components/reference */
export const rowsPerMessage = 5;
export const buttonsPerRow = 5;
export const buttonLabelLength = 80;
export const formTitleLength = 45;
export const fieldsPerForm = 5;
export const formLabelLength = 45;
export const formHintLength = 100;

/** https://discord.com/developers/docs/interactions/application-commands#application-command-object */
export const commandDescriptionLength = 100;
export const optionsPerCommand = 25;
export const choicesPerOption = 25;
export const choiceLength = 100;

/** https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object */
export const firstResponseMs = 3_000;
export const interactionTokenMs = 15 * 60_000;

/** https://discord.com/developers/docs/resources/message#get-channel-messages */
export const messagesPerPage = 100;
