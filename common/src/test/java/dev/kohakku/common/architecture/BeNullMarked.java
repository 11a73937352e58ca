package dev.kohakku.common.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

/** Holds for a type whose package carries {@code @NullMarked}. */
final class BeNullMarked extends ArchCondition<JavaClass> {

    BeNullMarked() {
        super("be in a @NullMarked package");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        var marked = type.getPackage().isAnnotatedWith(NullMarked.class);
        events.add(
                new SimpleConditionEvent(
                        type,
                        marked,
                        type.getName()
                                + " is in "
                                + type.getPackageName()
                                + ", which "
                                + (marked ? "is" : "is not")
                                + " @NullMarked"));
    }
}
