using System.Text.Json.Nodes;

namespace Metering.Api;

/// <summary>With what the API is called, as the document tells it.</summary>
internal static class OpenApiSecurity
{
    /// <summary>What callers show.</summary>
    public static JsonObject Schemes() => new()
    {
        ["license"] = new JsonObject
        {
            // Not of the type http: its schemes should be registered ones, and License is not.
            ["type"] = "apiKey", ["in"] = "header", ["name"] = "Authorization", ["description"] = "License <key>",
        },
        ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
        ["viewToken"] = new JsonObject
        {
            ["type"] = "http", ["scheme"] = "bearer", ["bearerFormat"] = "JWT",
            ["description"] = "A view token: it may read how one license stands.",
        },
    };

    /// <summary>With which of them a route may be called; nothing: with none.</summary>
    public static JsonArray Of(ApiRoute route)
    {
        JsonObject license = new() { ["license"] = new JsonArray() };
        JsonObject token = new() { ["token"] = new JsonArray() };
        JsonObject view = new() { ["viewToken"] = new JsonArray() };
        return route.Access switch
        {
            Access.Public => [],
            Access.License => [license],
            Access.LicenseOrManage => [license, token],
            _ when route.IsForCustomers => [token, view],
            _ => [token],
        };
    }

    /// <summary>The same in words.</summary>
    public static string InWords(ApiRoute route) =>
        Scope(route.Access) + (route.IsForCustomers ? " A view token of the license may ask too." : "");

    // A bearer token's scopes have no place of their own in the document; so the description says which one it takes.
    private static string Scope(Access access) => access switch
    {
        Access.Public or Access.License => "",
        Access.LicenseOrManage => " A token needs the scope `manage`.",
        Access.Ingest => " The token needs the scope `ingest`.",
        Access.Read => " The token needs the scope `read` or `manage`.",
        _ => " The token needs the scope `manage`.",
    };
}
