namespace Metering.Api;

/// <summary>The routes of licenses and their features.</summary>
internal static class LicenseRoutes
{
    private const string Tag = "Licenses";
    private const string Root = "api/v1/licenses";
    private const string One = Root + "/{id}";

    private static readonly string[] NoLicense = [RefusalCode.LicenseNotFound];

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new RouteTo<LicenseCreation>("CreateLicense", "POST", Root, Access.Manage, (handlers, call) => handlers.CreateAsync(call))
        {
            Tag = Tag,
            Summary = "Creates a license and shows its key only once. A repeat is answered with key: null; if the key was lost, rotate it.",
            Key = KeyUse.Optional, ShowsSecret = true, Body = typeof(LicenseRequest),
            Answers = [new(201, typeof(LicenseWithKey), "It is made.")], Problems = [RefusalCode.LimitReached],
        },
        new RouteTo<LicenseHandlers>("ListLicenses", "GET", Root, Access.Read, (handlers, call) => handlers.ListAsync(call))
        {
            Tag = Tag, Tenants = TenantReach.Part, Summary = "Licenses, of one tenant or of all.",
            Query = [new("tenant_id", "Only this tenant's."), Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<LicenseView>), "A part of the list.")],
        },
        new RouteTo<LicenseHandlers>("GetLicense", "GET", One, Access.Read, (handlers, call) => handlers.GetAsync(call))
        {
            Tag = Tag, Tenants = TenantReach.LicenseOfPath, Summary = "A license.", Answers = [new(200, typeof(LicenseView), "The license.")], Problems = NoLicense,
        },
        new RouteTo<LicensePatchHandlers>("PatchLicense", "PATCH", One, Access.Manage, (handlers, call) => handlers.PatchAsync(call))
        {
            Tag = Tag, Summary = "Changes plan, expiry or metadata. What was counted stays.", Key = KeyUse.Optional,
            Body = typeof(LicensePatch),
            Answers = [new(200, typeof(LicenseView), "It is changed.")], Problems = NoLicense,
        },
        new RouteTo<LicenseHandlers>(
            "SuspendLicense", "POST", One + "/suspend", Access.Manage, (handlers, call) => handlers.SuspendAsync(call))
        {
            Tag = Tag, Summary = "Suspends a license.", Key = KeyUse.Optional,
            Answers = [new(200, typeof(LicenseView), "It is suspended.")], Problems = NoLicense,
        },
        new RouteTo<LicenseHandlers>(
            "ResumeLicense", "POST", One + "/resume", Access.Manage, (handlers, call) => handlers.ResumeAsync(call))
        {
            Tag = Tag, Summary = "Resumes a license.", Key = KeyUse.Optional, Answers = [new(200, typeof(LicenseView), "It is resumed.")],
            Problems = NoLicense,
        },
        new RouteTo<LicenseKeyHandlers>(
            "RotateLicenseKey", "POST", One + "/rotate-key", Access.Manage, (handlers, call) => handlers.RotateAsync(call))
        {
            Tag = Tag,
            Summary = "Gives a license a new key, and shows it only once. A repeat gives no other key, and is answered with key: null.",
            Key = KeyUse.Optional, ShowsSecret = true,
            Answers = [new(200, typeof(LicenseWithKey), "The license with its new key.")], Problems = NoLicense,
        },
        new RouteTo<ViewTokenHandlers>(
            "CreateViewToken", "POST", One + "/view-tokens", Access.Manage, (handlers, call) => handlers.CreateAsync(call))
        {
            Tag = Tag,
            Summary = "Creates a token with which a customer may see this license's usage, on the page /usage or over the API. "
                + "It ends with its time, and with the license's key.",
            ShowsSecret = true, Body = typeof(ViewTokenRequest),
            Answers = [new(201, typeof(ViewTokenAnswer), "The token, and the page that shows the license.")], Problems = NoLicense,
        },
        new RouteTo<LicenseHandlers>("DeleteLicense", "DELETE", One, Access.Manage, (handlers, call) => handlers.DeleteAsync(call))
        {
            Tag = Tag, Summary = "Deletes a license. Its evidence stays.", Answers = [new(204, null)], Problems = NoLicense,
        },
        new RouteTo<AssignmentHandlers>(
            "AssignFeature", "POST", One + "/features", Access.Manage, (handlers, call) => handlers.PostAsync(call))
        {
            Tag = Tag, Summary = "Assigns a feature to a license; its terms win over a plan's.", Key = KeyUse.Optional,
            Body = typeof(AssignmentRequest),
            Answers = [new(201, typeof(AssignedFeature), "It is assigned.")],
            Problems = [RefusalCode.LicenseNotFound, RefusalCode.LimitReached],
        },
        new RouteTo<AssignmentHandlers>(
            "ListLicenseFeatures", "GET", One + "/features", Access.Read, (handlers, call) => handlers.ListAsync(call))
        {
            Tag = Tag, Tenants = TenantReach.LicenseOfPath, IsForCustomers = true, Summary = "The features that a license has.",
            Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<AssignedFeature>), "A part of the list.")], Problems = NoLicense,
        },
        new RouteTo<AssignmentHandlers>(
            "UnassignFeature", "DELETE", One + "/features/{code}", Access.Manage, (handlers, call) => handlers.DeleteAsync(call))
        {
            Tag = Tag, Summary = "Removes an assignment; a plan's terms apply again.", Answers = [new(204, null)],
            Problems = [RefusalCode.LicenseNotFound, ProblemCode.FeatureNotFound, ProblemCode.FeatureFromPlan],
        },
    ];
}
