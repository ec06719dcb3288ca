namespace Metering.Api;

/// <summary>What is sold: features, plans, and migrations from one version of a plan to another.</summary>
internal static class CatalogRoutes
{
    private const string Tag = "Catalog";
    private const string Root = "api/v1/";

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        new RouteTo<CatalogHandlers>("GetCatalog", "GET", Root + "catalog", Access.Read, (handlers, call) => handlers.GetAsync(call))
        {
            Tag = Tag, Summary = "The catalog as one document; putting it back unchanged changes nothing.",
            Answers = [new(200, typeof(CatalogDocument), "The catalog.")],
        },
        new RouteTo<CatalogHandlers>("PutCatalog", "PUT", Root + "catalog", Access.Manage, (handlers, call) => handlers.PutAsync(call))
        {
            Tag = Tag,
            Summary =
                "Publishes features and plans. What the document does not name stays as it is; a plan that differs gets a new version.",
            Body = typeof(CatalogDocument), Query = [new("dry_run", "Whether only to say what would change.", "boolean")],
            Answers = [new(200, typeof(CatalogChangeAnswer), "What changed.")], Problems = [ProblemCode.FeatureInUse],
        },
        new RouteTo<FeatureHandlers>(
            "ListFeatures", "GET", Root + "features", Access.Read, (handlers, call) => handlers.ListAsync(call))
        {
            Tag = Tag, Summary = "The catalog's features.", Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<FeatureDocument>), "A part of the list.")],
        },
        new RouteTo<FeatureHandlers>(
            "PostFeature", "POST", Root + "features", Access.Manage, (handlers, call) => handlers.PostAsync(call))
        {
            Tag = Tag, Summary = "Publishes a feature.", Key = KeyUse.Optional, Body = typeof(FeatureDocument),
            Answers = [new(200, typeof(FeatureDocument), "It was there already."), new(201, typeof(FeatureDocument), "It is new.")],
            Problems = [ProblemCode.FeatureInUse],
        },
        new RouteTo<FeatureHandlers>(
            "GetFeature", "GET", Root + "features/{code}", Access.Read, (handlers, call) => handlers.GetAsync(call))
        {
            Tag = Tag, Summary = "A feature, by code or id.", Answers = [new(200, typeof(FeatureDocument), "The feature.")],
            Problems = [ProblemCode.FeatureNotFound],
        },
        new RouteTo<PlanHandlers>("ListPlans", "GET", Root + "plans", Access.Read, (handlers, call) => handlers.ListAsync(call))
        {
            Tag = Tag, Summary = "The latest version of each plan.", Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<PlanDocument>), "A part of the list.")],
        },
        new RouteTo<PlanHandlers>("PostPlan", "POST", Root + "plans", Access.Manage, (handlers, call) => handlers.PostAsync(call))
        {
            Tag = Tag, Summary = "Publishes a plan, or a new version of it.", Key = KeyUse.Optional, Body = typeof(PlanDocument),
            Answers =
            [
                new(200, typeof(PlanDocument), "The latest version says the same."),
                new(201, typeof(PlanDocument), "The version is new."),
            ],
        },
        new RouteTo<PlanHandlers>("GetPlan", "GET", Root + "plans/{id}", Access.Read, (handlers, call) => handlers.GetAsync(call))
        {
            Tag = Tag, Summary = "A plan's latest version.", Answers = [new(200, typeof(PlanDocument), "The plan.")],
            Problems = [ProblemCode.PlanNotFound],
        },
        new RouteTo<PlanHandlers>(
            "ListPlanVersions", "GET", Root + "plans/{id}/versions", Access.Read, (handlers, call) => handlers.ListVersionsAsync(call))
        {
            Tag = Tag, Summary = "A plan's versions, oldest first.", Query = [Paging.CursorParameter, Paging.LimitParameter],
            Answers = [new(200, typeof(ListAnswer<PlanDocument>), "A part of the list.")], Problems = [ProblemCode.PlanNotFound],
        },
        new RouteTo<MigrationHandlers>(
            "MigratePlan", "POST", Root + "plans/{id}/migrate", Access.Manage, (handlers, call) => handlers.StartAsync(call))
        {
            Tag = Tag, Summary = "Moves the licenses of a plan to another version of it, in the background.", Key = KeyUse.Optional,
            Body = typeof(MigrateRequest), Answers = [new(202, typeof(Migration), "It has begun; Location says where its progress is.")],
            Problems = [ProblemCode.PlanNotFound],
        },
        new RouteTo<MigrationHandlers>(
            "GetMigration", "GET", Root + "plans/{id}/migrations/{migration}", Access.Read, (handlers, call) => handlers.GetAsync(call))
        {
            Tag = Tag, Summary = "The progress of a migration.", Answers = [new(200, typeof(Migration), "The migration.")],
            Problems = [ProblemCode.MigrationNotFound],
        },
    ];
}
