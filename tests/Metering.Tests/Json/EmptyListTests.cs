using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Metering.Tests.Json;

/// <summary>
/// A list that nobody gave is empty: what was stored, or what a caller makes, may leave it out, and an immutable array that is none throws.
/// </summary>
public sealed class EmptyListTests
{
    public static TheoryData<string> Lists =>
    [
        .. typeof(LicenseMeter).Assembly.GetTypes().Where(type => type is { IsPublic: true, IsValueType: false, IsAbstract: false })
            .SelectMany(type => type.GetProperties().Where(HasOwnDefault).Select(list => $"{type.FullName}.{list.Name}")),
    ];

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_that_is_not_given_is_empty_and_one_that_is_given_is_there(string name)
    {
        var type = typeof(LicenseMeter).Assembly.GetType(name[..name.LastIndexOf('.')])!;
        var list = type.GetProperty(name[(name.LastIndexOf('.') + 1)..])!;
        var record = type.GetConstructor([]) is { } make ? make.Invoke(null) : RuntimeHelpers.GetUninitializedObject(type);
        Assert.Empty((IEnumerable)list.GetValue(record)!);

        // As the serializer's generated code does with what the text leaves out.
        list.SetValue(record, null);
        Assert.Empty((IEnumerable)list.GetValue(record)!);

        list.SetValue(record, OfOne(list.PropertyType.GetGenericArguments()[0]));
        Assert.Single((IEnumerable)list.GetValue(record)!);
    }

    // Those of a primary constructor must be given.
    private static bool HasOwnDefault(PropertyInfo property) =>
        property is { CanWrite: true, PropertyType.IsGenericType: true }
        && property.PropertyType.GetGenericTypeDefinition() == typeof(ImmutableArray<>)
        && property.DeclaringType == property.ReflectedType
        && property.DeclaringType!.GetConstructors().All(made => made.GetParameters().All(given => given.Name != property.Name));

    private static object OfOne(Type item) => typeof(ImmutableArray).GetMethods()
        .Single(made => made.Name == nameof(ImmutableArray.Create) && made.GetParameters() is [{ ParameterType.IsGenericParameter: true }])
        .MakeGenericMethod(item).Invoke(null, [null])!;
}
