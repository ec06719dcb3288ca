using System.Reflection;
using MeterFunctions.Http;
using Metering.Api;
using Microsoft.Azure.Functions.Worker;

namespace MeterFunctions.Tests.Http;

public sealed class RouteParityTests
{
    [Fact]
    public void The_app_has_a_function_for_each_route_and_no_other()
    {
        var routes = ApiRoutes.All.Select(route => Describe(route.Name, route.Methods, route.Pattern));
        var functions = Functions().Where(function => function.Name != UnknownRouteFunctions.Name)
            .Select(function => Describe(function.Name, function.Trigger.Methods!, function.Trigger.Route!));

        Assert.Equal(routes.Order(StringComparer.Ordinal), functions.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_function_of_unknown_routes_comes_after_all_others()
    {
        // The host tries routes in the order of the functions' names.
        Assert.Equal(
            UnknownRouteFunctions.Name, Functions().Select(function => function.Name).Order(StringComparer.OrdinalIgnoreCase).Last());
    }

    [Fact]
    public void No_function_asks_for_a_key_of_the_host() =>
        Assert.All(Functions(), function => Assert.Equal(AuthorizationLevel.Anonymous, function.Trigger.AuthLevel));

    [Fact]
    public void Functions_have_names_of_their_own()
    {
        var names = typeof(UnknownRouteFunctions).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name).OfType<string>().ToList();

        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    private static string Describe(string name, IEnumerable<string> methods, string pattern) =>
        $"{name} {string.Join(',', methods.Select(method => method.ToUpperInvariant()).Order(StringComparer.Ordinal))} {pattern}";

    private static IEnumerable<(string Name, HttpTriggerAttribute Trigger)> Functions() =>
        from type in typeof(UnknownRouteFunctions).Assembly.GetTypes()
        from method in type.GetMethods()
        let function = method.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        let trigger = method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>())
            .FirstOrDefault(trigger => trigger is not null)
        where trigger is not null
        select (function.Name, trigger);
}
