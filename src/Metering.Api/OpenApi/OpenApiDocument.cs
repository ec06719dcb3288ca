using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>The OpenAPI 3.1 document, made once from the route table and the types that the routes read and write.</summary>
internal static class OpenApiDocument
{
    private const string Introduction =
        "Licenses, quotas, credits and usage, with evidence. Amounts are exact decimals with up to 15 digits before and 9 after the point; "
        + "times are RFC 3339. "
        + "Fields and query parameters that are not known are refused, naming the one that was most likely meant. "
        + "The same request with the same Idempotency-Key is done once; what counts is what it says, not how its JSON is written. "
        + "Every path that takes GET takes HEAD too, and answers it without a body.";

    private static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal)
    {
        ["Runtime"] = "What licensed software calls with its own license's key.",
        ["Events"] = "Usage that has already happened, in bulk.",
        ["Usage and quota"] = "Usage, quotas, bills and statements of tenants.",
        ["Catalog"] = "What is sold: features and plans.",
        ["Licenses"] = "What customers have: a plan, a key, features.",
        ["Usage of a license"] = "Corrections and resets of usage, grants and balances.",
        ["Evidence"] = "The ledger and its daily rollups.",
        ["Exports"] = "Files of usage, bills and the ledger, on demand or on a schedule.",
        ["Webhooks"] = "Where signals go.",
        ["Tokens"] = "Credentials of producers and operators.",
        ["Keygen's forms"] = "Increment, decrement and reset, compatible with Keygen.",
        ["Service"] = "Health, the overview, public keys, this document, the test clock.",
    };

    private static readonly Dictionary<string, string> PathParameters = new(StringComparer.Ordinal)
    {
        ["id"] = "The id of what the path names: a license, a plan, a hold, a webhook, a token or a dead letter.",
        ["fingerprint"] = "The machine.",
        ["tenant"] = "The customer.",
        ["metric"] = "The feature's code.",
        ["code"] = "The feature's code or id.",
        ["migration"] = "The migration's id.",
        ["grant"] = "The grant's id.",
        ["unit"] = "The balance's unit.",
        ["delivery_id"] = "The delivery's id.",
    };

    public static JsonObject Build()
    {
        var schemas = new OpenApiSchemas();
        var paths = new JsonObject();
        foreach (var route in ApiRoutes.All)
        {
            var path = "/" + route.Pattern;
            if (paths[path] is not JsonObject operations)
            {
                operations = [];
                paths[path] = operations;
            }

            foreach (var method in Described(route))
            {
                operations[method.ToLowerInvariant()] = Operation(route, method, schemas);
            }
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Metering",
                ["version"] = "1.0.0",
                ["description"] = Introduction,
                ["contact"] = new JsonObject { ["name"] = "MeterFunctions", ["url"] = "https://meterfunctions.dev" },
                ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "The host that this document came from." }),
            ["tags"] = new JsonArray([.. ApiRoutes.All.Select(route => route.Tag).Distinct(StringComparer.Ordinal).Select(Tag)]),
            ["paths"] = paths,
            ["webhooks"] = OpenApiWebhooks.Of(schemas),
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas.ToJson(),
                ["securitySchemes"] = OpenApiSecurity.Schemes(),
            },
        };
    }

    private static JsonObject Operation(ApiRoute route, string method, OpenApiSchemas schemas)
    {
        var operation = new JsonObject
        {
            ["operationId"] = Described(route).Count() == 1 ? route.Name : $"{route.Name}By{method[0]}{method[1..].ToLowerInvariant()}",
            ["tags"] = new JsonArray(route.Tag),
            ["summary"] = route.Summary.Split(". ")[0].TrimEnd('.'),
            ["description"] = Description(route),
            ["security"] = OpenApiSecurity.Of(route),
        };
        var parameters = Parameters(route, method);
        if (parameters.Count > 0)
        {
            operation["parameters"] = parameters;
        }

        if (route.Body is not null && method != "GET")
        {
            operation["requestBody"] = route.Body == typeof(EventDocument) ? OpenApiEvents.Body(schemas) : Body(route, schemas);
        }

        operation["responses"] = Responses(route, schemas);
        return operation;
    }

    // That a HEAD answers as a GET does goes without saying for each.
    private static IEnumerable<string> Described(ApiRoute route) => route.Methods.Where(method => method != HttpMethods.Head);

    private static string Description(ApiRoute route) => route.Summary + (route.Key switch
    {
        KeyUse.Required => " Needs an Idempotency-Key; the repeat gets the first answer.",
        KeyUse.Optional => " Takes an Idempotency-Key; with one, the repeat gets the first answer.",
        _ => "",
    }) + OpenApiSecurity.InWords(route);

    private static JsonObject Tag(string name) => new() { ["name"] = name, ["description"] = Tags[name] };

    private static JsonObject Body(ApiRoute route, OpenApiSchemas schemas)
    {
        var body = new JsonObject { ["description"] = "What is asked for.", ["content"] = new JsonObject() };
        var content = body["content"]!.AsObject();
        foreach (var mediaType in route.JsonApi ? [JsonReply.JsonApiType, JsonReply.JsonType] : new[] { JsonReply.JsonType })
        {
            content[mediaType] = OpenApiSchemas.Content(schemas.Reference(route.Body!), OpenApiExamples.Of(route.Body!));
        }

        return body;
    }

    private static JsonArray Parameters(ApiRoute route, string method)
    {
        var parameters = new JsonArray();
        foreach (var segment in route.Pattern.Split('/').Where(segment => segment.StartsWith('{')))
        {
            var name = segment.Trim('{', '}');
            parameters.Add(Parameter(name, "path", PathParameters[name], "string", isRequired: true));
        }

        foreach (var query in route.Query.Where(_ => method == "GET" || !route.Methods.Contains("GET")))
        {
            parameters.Add(Parameter(query.Name, "query", query.Description, query.Format, query.Required));
        }

        if (route.Key != KeyUse.None)
        {
            parameters.Add(Parameter(
                IdempotencyKeys.Header, "header", "The same request with the same key is done once.", "string",
                route.Key == KeyUse.Required));
        }

        if (route.Body == typeof(EventDocument))
        {
            foreach (var (name, description) in OpenApiEvents.Headers)
            {
                parameters.Add(Parameter(name, "header", description, "string", isRequired: false));
            }
        }

        return parameters;
    }

    private static JsonObject Parameter(string name, string place, string description, string format, bool isRequired)
    {
        var parameter = new JsonObject { ["name"] = name, ["in"] = place, ["description"] = description };
        parameter["required"] = isRequired;
        parameter["schema"] = format switch
        {
            QueryParameter.TimeOrDay => SchemaParts.TimeOrDay(mayBeNull: false),
            "date" or "date-time" => new JsonObject { ["type"] = "string", ["format"] = format },
            _ => new JsonObject { ["type"] = format },
        };
        return parameter;
    }

    private static JsonObject Responses(ApiRoute route, OpenApiSchemas schemas)
    {
        var responses = new JsonObject();
        foreach (var answer in route.Answers)
        {
            var response = new JsonObject { ["description"] = answer.Description };
            var content = new JsonObject();
            if (answer.Type is not null)
            {
                content[route.JsonApi ? JsonReply.JsonApiType : JsonReply.JsonType] =
                    OpenApiSchemas.Content(schemas.Reference(answer.Type), OpenApiExamples.Of(answer.Type));
            }

            if (answer.TextType is { } text)
            {
                content[text] = OpenApiSchemas.Content(SchemaParts.Simple("string", null, mayBeNull: false), null);
            }

            if (content.Count > 0)
            {
                response["content"] = content;
            }

            responses[answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = response;
        }

        foreach (var status in Codes(route).GroupBy(ProblemCode.StatusOf).OrderBy(group => group.Key))
        {
            responses[status.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new JsonObject
            {
                ["description"] = "Code: " + string.Join(", ", status.Distinct(StringComparer.Ordinal)) + ".",
                ["content"] = new JsonObject
                {
                    [route.JsonApi ? JsonReply.JsonApiType : JsonReply.ProblemType] =
                        OpenApiSchemas.Content(schemas.Problem(route.JsonApi), route.JsonApi
                            ? null
                            : OpenApiExamples.Problem(status.First())),
                },
            };
        }

        return responses;
    }

    // What any route of this kind may answer, and what is the route's own.
    private static IEnumerable<string> Codes(ApiRoute route)
    {
        // The order matters: the first code of a status is the one of its example.
        if (route.Access != Access.Public)
        {
            yield return ProblemCode.Unauthenticated;
            yield return RefusalCode.InvalidRequest;
            yield return ProblemCode.Busy;
        }

        if (route.IsForCustomers)
        {
            yield return ProblemCode.ViewTokenExpired;
            yield return ProblemCode.ViewTokenRevoked;
        }

        if (route.Access != Access.Public)
        {
            yield return ProblemCode.Forbidden;
            yield return ProblemCode.TooManyFailedLogins;
        }

        if (route.Body is not null)
        {
            yield return ProblemCode.MalformedJson;
            yield return ProblemCode.BodyTooLarge;
            yield return ProblemCode.UnsupportedMediaType;
        }

        if (route.Key == KeyUse.Required)
        {
            yield return ProblemCode.IdempotencyKeyRequired;
        }

        if (route.Key != KeyUse.None)
        {
            yield return ProblemCode.IdempotencyKeyReused;
        }

        foreach (var code in route.Problems)
        {
            yield return code;
        }
    }
}
