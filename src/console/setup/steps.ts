/** A step of setting Entra up, as each of its portals calls what is to be done. */
export interface SetupStep {
  readonly number: number;
  readonly title: string;
  /** The portal of today, and the one that some companies still have; one text where they do not differ. */
  readonly today: string;
  readonly older?: string;
  /** Whether people say that it is done; the others tick themselves by what arrives. */
  readonly byHand: boolean;
}

/** The steps in their order. Names in quotation marks are those of the portal (Microsoft Learn, use-scim-to-provision-users-and-groups). */
export const SETUP_STEPS: readonly SetupStep[] = [
  {
    number: 1,
    title: 'Create the application',
    today:
      'Microsoft Entra admin center: “Enterprise apps”, “New application”, “Create your own application”. Choose “Integrate any other application you don’t find in the gallery (Non-gallery)”.',
    byHand: true,
  },
  {
    number: 2,
    title: 'Enter the connection',
    today:
      '“Provisioning”, “New configuration”, “Bearer authentication”: enter the Tenant URL, and the secret token without the word Bearer. Or “OAuth2 client credentials”: enter the Tenant URL, the token endpoint, the client identifier and the client secret.',
    older: '“Provisioning”, “Mode: Automatic”, “Admin Credentials”: enter the Tenant URL and the Secret Token.',
    byHand: false,
  },
  {
    number: 3,
    title: 'Test the connection',
    today: '“Test connection”, then “Create”.',
    older: '“Test Connection”, then “Save”.',
    byHand: false,
  },
  {
    number: 4,
    title: 'Assign the first people',
    today:
      '“Users and groups”: assign 2 or 3 people first. Assigning groups takes a license of Microsoft Entra ID P1 or higher.',
    byHand: true,
  },
  {
    number: 5,
    title: 'Look at the mapping',
    today:
      '“Attribute mapping”: the default mapping works as it is. Map “objectId” to “externalId” before the first cycle.',
    older: '“Mappings”: the default mapping works as it is. Map “objectId” to “externalId” before the first cycle.',
    byHand: true,
  },
  {
    number: 6,
    title: 'Provision one person',
    today: '“Provision on demand”: choose one of the people assigned, then “Provision”.',
    byHand: false,
  },
  {
    number: 7,
    title: 'Set who is provisioned',
    today:
      '“Overview”, “Properties” (the pencil): scope “Sync only assigned users and groups”, an email address for notifications, and “Prevent accidental deletion”; then “Apply”.',
    older:
      '“Settings”: scope “Sync only assigned users and groups”, an email address for notifications, and “Prevent accidental deletion”; then “Save”.',
    byHand: true,
  },
  {
    number: 8,
    title: 'Start provisioning',
    today: '“Overview”, “Start provisioning”.',
    older: '“Provisioning Status: On”, then “Save”.',
    byHand: false,
  },
  {
    number: 9,
    title: 'Wait for the first cycle',
    today: 'Nothing to do. Later cycles begin about every 40 minutes.',
    byHand: false,
  },
];
