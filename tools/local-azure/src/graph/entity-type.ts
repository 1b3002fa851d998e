/**
 * The kinds of directory objects, and the properties Graph v1.0 has of each, kept here or not.
 *
 * @see https://graph.microsoft.com/v1.0/$metadata
 */

/** A kind of directory object. */
export interface EntityType {
  /** For example `microsoft.graph.user`. */
  readonly name: string
  /** What errors call it. */
  readonly resource: 'User' | 'Group' | 'DirectoryObject'
  /** How each property is spelled, by its name in lower case. */
  readonly spellings: ReadonlyMap<string, string>
  /** The properties that are lists. */
  readonly lists: ReadonlySet<string>
  /** The properties a collection can be sorted by without the advanced queries, which B2C tenants do not have. */
  readonly sortable: readonly string[]
}

const texts = (list: string): readonly string[] => list.trim().split(/\s+/)

const userValues = texts(`
  aboutMe accountEnabled ageGroup authorizationInfo birthday city companyName consentProvidedForMinor country
  createdDateTime creationType customSecurityAttributes deletedDateTime department deviceEnrollmentLimit displayName
  employeeHireDate employeeId employeeLeaveDateTime employeeOrgData employeeType externalUserState
  externalUserStateChangeDateTime faxNumber givenName hireDate id isManagementRestricted isResourceAccount jobTitle
  lastPasswordChangeDateTime legalAgeGroupClassification mail mailboxSettings mailNickname mobilePhone mySite
  officeLocation onPremisesDistinguishedName onPremisesDomainName onPremisesExtensionAttributes onPremisesImmutableId
  onPremisesLastSyncDateTime onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled
  onPremisesUserPrincipalName passwordPolicies passwordProfile postalCode preferredDataLocation preferredLanguage
  preferredName print securityIdentifier showInAddressList signInActivity signInSessionsValidFromDateTime state
  streetAddress surname usageLocation userPrincipalName userType`)
const userLists = texts(`
  assignedLicenses assignedPlans businessPhones identities imAddresses interests licenseAssignmentStates
  onPremisesProvisioningErrors otherMails pastProjects provisionedPlans proxyAddresses responsibilities schools
  serviceProvisioningErrors skills`)
const groupValues = texts(`
  allowExternalSenders autoSubscribeNewMembers classification createdDateTime deletedDateTime description displayName
  expirationDateTime hasMembersWithLicenseErrors hideFromAddressLists hideFromOutlookClients id isArchived
  isAssignableToRole isManagementRestricted isSubscribedByMail licenseProcessingState mail mailEnabled mailNickname
  membershipRule membershipRuleProcessingState onPremisesDomainName onPremisesLastSyncDateTime onPremisesNetBiosName
  onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled preferredDataLocation preferredLanguage
  renewedDateTime securityEnabled securityIdentifier theme uniqueName unseenCount visibility`)
const groupLists = texts(`
  assignedLabels assignedLicenses groupTypes onPremisesProvisioningErrors proxyAddresses resourceBehaviorOptions
  resourceProvisioningOptions serviceProvisioningErrors`)

const spell = (...names: readonly (readonly string[])[]): ReadonlyMap<string, string> =>
  new Map(names.flat().map((name) => [name.toLowerCase(), name]))

/** People. */
export const userType: EntityType = {
  name: 'microsoft.graph.user',
  resource: 'User',
  spellings: spell(userValues, userLists),
  lists: new Set(userLists),
  sortable: ['displayName', 'userPrincipalName'],
}

/** Groups. */
export const groupType: EntityType = {
  name: 'microsoft.graph.group',
  resource: 'Group',
  spellings: spell(groupValues, groupLists),
  lists: new Set(groupLists),
  sortable: ['displayName'],
}

/** What is in groups and what groups are in: collections of any kind, with the properties of all. */
export const directoryObjectType: EntityType = {
  name: 'microsoft.graph.directoryObject',
  resource: 'DirectoryObject',
  spellings: spell(userValues, userLists, groupValues, groupLists),
  lists: new Set([...userLists, ...groupLists]),
  sortable: [],
}

/** A property as Graph spells it, whose case does not count; `undefined` when there is none. */
export function findProperty({ spellings }: EntityType, name: string): string | undefined {
  // Which extensions a tenant has registered is not kept: each may be there.
  return name.startsWith('extension_') ? name : spellings.get(name.toLowerCase())
}
