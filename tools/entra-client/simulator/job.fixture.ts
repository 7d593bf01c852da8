export const PROBE = 'GET /Users?filter=userName+eq+%22guid%22';

export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export const ADA = {
  userPrincipalName: "ada.o'hara@contoso.example",
  mailNickname: 'ada',
  displayName: 'Ada',
  givenName: 'Ada',
  surname: "O'Hara",
  mail: 'ada@contoso.example',
};
