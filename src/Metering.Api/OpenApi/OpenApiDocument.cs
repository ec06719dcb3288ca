using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>The OpenAPI 3.1 document, made once from the route table and the types that the routes read and write.</summary>
internal static class OpenApiDocument
{
    private static readonly Lazy<byte[]> Json = new(() => Encoding.UTF8.GetBytes(Build().ToJsonString(new JsonSerializerOptions { WriteIndented = true })));

    public static Task SendAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = JsonReply.JsonType;
        http.Response.ContentLength = Json.Value.Length;
        return http.Response.Body.WriteAsync(Json.Value, http.RequestAborted).AsTask();
    }

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
                ["description"] = "Licenses, quotas, credits and usage, with evidence.",
            },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas.ToJson(),
                ["securitySchemes"] = new JsonObject
                {
                    ["license"] = new JsonObject
                    {
                        ["type"] = "apiKey", ["in"] = "header", ["name"] = "Authorization", ["description"] = "License <key>",
                    },
                    ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                },
            },
        };
    }

    private static JsonObject Operation(ApiRoute route, string method, OpenApiSchemas schemas)
    {
        var operation = new JsonObject
        {
            ["operationId"] = Described(route).Count() == 1 ? route.Name : $"{route.Name}By{method[0]}{method[1..].ToLowerInvariant()}",
            ["tags"] = new JsonArray(route.Tag),
            ["summary"] = route.Summary,
            ["security"] = Security(route.Admission),
        };
        var parameters = Parameters(route, method);
        if (parameters.Count > 0)
        {
            operation["parameters"] = parameters;
        }

        if (route.Body is not null && method != "GET")
        {
            operation["requestBody"] = new JsonObject { ["content"] = Content(route.JsonApi ? JsonReply.JsonApiType : JsonReply.JsonType, schemas.Reference(route.Body)) };
        }

        operation["responses"] = Responses(route, schemas);
        return operation;
    }

    // That a HEAD answers as a GET does goes without saying for each.
    private static IEnumerable<string> Described(ApiRoute route) => route.Methods.Where(method => method != HttpMethods.Head);

    private static JsonArray Security(Admission admission) => admission switch
    {
        Admission.Public => [],
        Admission.License => [new JsonObject { ["license"] = new JsonArray() }],
        Admission.LicenseOrManage => [new JsonObject { ["license"] = new JsonArray() }, Token(Scopes.Manage)],
        Admission.Ingest => [Token(Scopes.Ingest)],
        Admission.Read => [Token(Scopes.Read), Token(Scopes.Manage)],
        _ => [Token(Scopes.Manage)],
    };

    private static JsonObject Token(string scope) => new() { ["token"] = new JsonArray(scope) };

    private static JsonArray Parameters(ApiRoute route, string method)
    {
        var parameters = new JsonArray();
        foreach (var segment in route.Pattern.Split('/').Where(segment => segment.StartsWith('{')))
        {
            parameters.Add(Parameter(segment.Trim('{', '}'), "path", null, "string", isRequired: true));
        }

        foreach (var query in route.Query.Where(_ => method == "GET" || !route.Methods.Contains("GET")))
        {
            parameters.Add(Parameter(query.Name, "query", query.Description, query.Format, query.Required));
        }

        if (route.Key != KeyUse.None)
        {
            parameters.Add(Parameter(
                IdempotencyKeys.Header, "header", "The same request with the same key is done once.", "string", route.Key == KeyUse.Required));
        }

        return parameters;
    }

    private static JsonObject Parameter(string name, string place, string? description, string format, bool isRequired)
    {
        var parameter = new JsonObject { ["name"] = name, ["in"] = place };
        if (description is not null)
        {
            parameter["description"] = description;
        }

        parameter["required"] = isRequired;
        parameter["schema"] = format is "date" or "date-time"
            ? new JsonObject { ["type"] = "string", ["format"] = format }
            : new JsonObject { ["type"] = format };
        return parameter;
    }

    private static JsonObject Responses(ApiRoute route, OpenApiSchemas schemas)
    {
        var responses = new JsonObject();
        foreach (var answer in route.Answers)
        {
            var response = new JsonObject { ["description"] = answer.Description };
            if (answer.Type is not null)
            {
                response["content"] = Content(route.JsonApi ? JsonReply.JsonApiType : JsonReply.JsonType, schemas.Reference(answer.Type));
            }

            responses[answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = response;
        }

        foreach (var status in Codes(route).GroupBy(ProblemCode.StatusOf).OrderBy(group => group.Key))
        {
            responses[status.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new JsonObject
            {
                ["description"] = "Code: " + string.Join(", ", status.Distinct(StringComparer.Ordinal)) + ".",
                ["content"] = Content(route.JsonApi ? JsonReply.JsonApiType : JsonReply.ProblemType, schemas.Problem(route.JsonApi)),
            };
        }

        return responses;
    }

    // What any route of this kind may answer, and what is the route's own.
    private static IEnumerable<string> Codes(ApiRoute route)
    {
        if (route.Admission != Admission.Public)
        {
            yield return ProblemCode.Unauthenticated;
            yield return RefusalCode.InvalidRequest;
            yield return ProblemCode.Busy;
        }

        if (route.Admission != Admission.Public)
        {
            yield return ProblemCode.Forbidden;
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

    private static JsonObject Content(string mediaType, JsonNode schema) => new() { [mediaType] = new JsonObject { ["schema"] = schema } };
}
