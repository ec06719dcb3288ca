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
        new("CreateLicense", "POST", Root, Admission.Manage, LicenseCreation.CreateAsync)
        {
            Tag = Tag, Summary = "Makes a license and shows its key, once. A repeat is answered with key: null; who has lost the key rotates it.", Key = KeyUse.Optional, Body = typeof(LicenseRequest),
            Answers = [new(201, typeof(LicenseWithKey), "It is made.")], Problems = [RefusalCode.LimitReached],
        },
        new("ListLicenses", "GET", Root, Admission.Read, LicenseHandlers.ListAsync)
        {
            Tag = Tag, Summary = "Licenses, of one tenant or of all.",
            Query = [new("tenant_id", "Only this tenant's."), Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<LicenseView>), "A part of the list.")],
        },
        new("GetLicense", "GET", One, Admission.Read, LicenseHandlers.GetAsync)
        {
            Tag = Tag, Summary = "A license.", Answers = [new(200, typeof(LicenseView), "The license.")], Problems = NoLicense,
        },
        new("PatchLicense", "PATCH", One, Admission.Manage, LicenseHandlers.PatchAsync)
        {
            Tag = Tag, Summary = "Changes plan, expiry or metadata. What was counted stays.", Key = KeyUse.Optional, Body = typeof(LicensePatch),
            Answers = [new(200, typeof(LicenseView), "It is changed.")], Problems = NoLicense,
        },
        new("SuspendLicense", "POST", One + "/suspend", Admission.Manage, LicenseHandlers.SuspendAsync)
        {
            Tag = Tag, Summary = "Suspends a license.", Key = KeyUse.Optional, Answers = [new(200, typeof(LicenseView), "It is suspended.")], Problems = NoLicense,
        },
        new("ResumeLicense", "POST", One + "/resume", Admission.Manage, LicenseHandlers.ResumeAsync)
        {
            Tag = Tag, Summary = "Resumes a license.", Key = KeyUse.Optional, Answers = [new(200, typeof(LicenseView), "It is resumed.")], Problems = NoLicense,
        },
        new("RotateLicenseKey", "POST", One + "/rotate-key", Admission.Manage, LicenseHandlers.RotateKeyAsync)
        {
            Tag = Tag, Summary = "Gives a license a new key, and shows it once. A repeat gives no other key, and is answered with key: null.", Key = KeyUse.Optional,
            Answers = [new(200, typeof(LicenseWithKey), "The license with its new key.")], Problems = NoLicense,
        },
        new("DeleteLicense", "DELETE", One, Admission.Manage, LicenseHandlers.DeleteAsync)
        {
            Tag = Tag, Summary = "Deletes a license. Its evidence stays.", Answers = [new(204, null)], Problems = NoLicense,
        },
        new("AssignFeature", "POST", One + "/features", Admission.Manage, AssignmentHandlers.PostAsync)
        {
            Tag = Tag, Summary = "Assigns a feature to a license; its terms win over a plan's.", Key = KeyUse.Optional, Body = typeof(AssignmentRequest),
            Answers = [new(201, typeof(AssignedFeature), "It is assigned.")], Problems = [RefusalCode.LicenseNotFound, RefusalCode.LimitReached],
        },
        new("ListLicenseFeatures", "GET", One + "/features", Admission.Read, AssignmentHandlers.ListAsync)
        {
            Tag = Tag, Summary = "The features that a license has.", Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<AssignedFeature>), "A part of the list.")], Problems = NoLicense,
        },
        new("UnassignFeature", "DELETE", One + "/features/{code}", Admission.Manage, AssignmentHandlers.DeleteAsync)
        {
            Tag = Tag, Summary = "Takes an assignment away; a plan's terms take over.", Answers = [new(204, null)],
            Problems = [RefusalCode.LicenseNotFound, ProblemCode.FeatureNotFound, ProblemCode.FeatureFromPlan],
        },
    ];
}
