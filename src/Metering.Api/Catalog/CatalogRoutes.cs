namespace Metering.Api;

/// <summary>The catalog's routes.</summary>
internal static class CatalogRoutes
{
    private const string Tag = "Catalog";
    private const string Root = "api/v1/";

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new("GetCatalog", "GET", Root + "catalog", Admission.Read, CatalogHandlers.GetAsync)
        {
            Tag = Tag, Summary = "The catalog as the document that, put back, changes nothing.", Answers = [new(200, typeof(CatalogDocument), "The catalog.")],
        },
        new("PutCatalog", "PUT", Root + "catalog", Admission.Manage, CatalogHandlers.PutAsync)
        {
            Tag = Tag, Summary = "Puts features and plans in force. What the document does not name stays as it is; a plan that differs gets a new version.",
            Body = typeof(CatalogDocument), Query = [new("dry_run", "Whether only to say what would change.", "boolean")],
            Answers = [new(200, typeof(CatalogChangeAnswer), "What changed.")], Problems = [ProblemCode.FeatureInUse],
        },
        new("ListFeatures", "GET", Root + "features", Admission.Read, CatalogHandlers.ListFeaturesAsync)
        {
            Tag = Tag, Summary = "The catalog's features.", Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<FeatureDocument>), "A part of the list.")],
        },
        new("PostFeature", "POST", Root + "features", Admission.Manage, CatalogHandlers.PostFeatureAsync)
        {
            Tag = Tag, Summary = "Publishes a feature.", Key = KeyUse.Optional, Body = typeof(FeatureDocument),
            Answers = [new(200, typeof(FeatureDocument), "It was there already."), new(201, typeof(FeatureDocument), "It is new.")],
            Problems = [ProblemCode.FeatureInUse],
        },
        new("GetFeature", "GET", Root + "features/{code}", Admission.Read, CatalogHandlers.GetFeatureAsync)
        {
            Tag = Tag, Summary = "A feature, by code or id.", Answers = [new(200, typeof(FeatureDocument), "The feature.")],
            Problems = [ProblemCode.FeatureNotFound],
        },
        new("ListPlans", "GET", Root + "plans", Admission.Read, CatalogHandlers.ListPlansAsync)
        {
            Tag = Tag, Summary = "The latest version of each plan.", Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<PlanDocument>), "A part of the list.")],
        },
        new("PostPlan", "POST", Root + "plans", Admission.Manage, CatalogHandlers.PostPlanAsync)
        {
            Tag = Tag, Summary = "Publishes a plan, or a new version of it.", Key = KeyUse.Optional, Body = typeof(PlanDocument),
            Answers = [new(200, typeof(PlanDocument), "The latest version says the same."), new(201, typeof(PlanDocument), "The version is new.")],
        },
        new("GetPlan", "GET", Root + "plans/{id}", Admission.Read, CatalogHandlers.GetPlanAsync)
        {
            Tag = Tag, Summary = "A plan's latest version.", Answers = [new(200, typeof(PlanDocument), "The plan.")], Problems = [ProblemCode.PlanNotFound],
        },
        new("ListPlanVersions", "GET", Root + "plans/{id}/versions", Admission.Read, CatalogHandlers.ListVersionsAsync)
        {
            Tag = Tag, Summary = "A plan's versions, oldest first.", Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<PlanDocument>), "A part of the list.")], Problems = [ProblemCode.PlanNotFound],
        },
        new("MigratePlan", "POST", Root + "plans/{id}/migrate", Admission.Manage, CatalogHandlers.MigrateAsync)
        {
            Tag = Tag, Summary = "Moves the licenses of a plan to another version of it, in the background.", Key = KeyUse.Optional,
            Body = typeof(MigrateRequest), Answers = [new(202, typeof(Migration), "It has begun; Location says where its progress is.")],
            Problems = [ProblemCode.PlanNotFound],
        },
        new("GetMigration", "GET", Root + "plans/{id}/migrations/{migration}", Admission.Read, CatalogHandlers.GetMigrationAsync)
        {
            Tag = Tag, Summary = "How far a migration has come.", Answers = [new(200, typeof(Migration), "The migration.")],
            Problems = [ProblemCode.MigrationNotFound],
        },
    ];
}
