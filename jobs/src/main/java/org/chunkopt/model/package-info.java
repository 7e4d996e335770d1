/**
 * The trained policy as plain floats: its description, its scaling, the registry it lives in and
 * the kernel that scores with it. Knows no training library.
 */
package org.chunkopt.model;
